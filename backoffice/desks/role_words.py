"""What each permission lets one do, said in French, by desk."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.staff import GRANTABLE, NEEDED, OWNERS_ONLY


@dataclass(frozen=True, slots=True)
class PermissionShown:
    """A permission on the page of a role; ``needs`` says what it can't go without."""

    name: str
    words: str
    needs: tuple[str, ...]
    given: bool
    may_give: bool


# By desk, in the order in which they stand in the rail; `sessions.own` everybody has.
WORDS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Comptes",
        (
            ("accounts.read", "Voir les comptes, leurs factures et ce qui y est payé"),
            ("accounts.names", "Voir les noms et les contacts, et chercher par nom"),
            ("timeline.read", "Lire l’historique d’un compte"),
            ("holds.write", "Mettre un compte en pause et reprendre"),
            ("links.send", "Envoyer un nouveau lien et rouvrir un accès fermé"),
            ("contacts.write", "Accepter ou refuser un nouveau contact"),
            ("details.read", "Ouvrir le détail des soins, avec une raison que le patient lit"),
            ("privacy.export", "Remettre à une personne la copie de toutes ses données"),
            ("privacy.erase", "Noter une demande d’effacement, en décider et l’ordonner"),
        ),
    ),
    (
        "Échanges et accords",
        (
            ("messages.write", "Répondre aux messages et aux demandes d’aide"),
            ("messages.canned", "Écrire les réponses toutes prêtes"),
            ("plans.write", "Accepter, refuser ou suspendre un paiement étalé"),
            ("aid.decide", "Décider des demandes d’aide, et lire leurs documents"),
        ),
    ),
    (
        "Échelle",
        (
            ("ladder.bulk", "Mettre en pause ou reprendre plusieurs comptes, retenir une nuit"),
            ("ladder.letters", "Préparer une mise en demeure et noter son envoi"),
            ("ladder.approve", "Approuver une mise en demeure, ou la refuser"),
            ("ladder.policy", "Changer la règle de l’échelle et la publier"),
        ),
    ),
    (
        "Argent",
        (
            ("payments.desk", "Noter l’argent reçu au secrétariat et attribuer un paiement"),
            ("payments.cancel", "Annuler ce que d’autres ont noté, ou un autre jour"),
            ("refunds.write", "Demander un remboursement, et noter qu’il a été remis"),
            (
                "refunds.approve",
                "Valider, au-delà du plafond, ce qui est rendu ou n’est plus demandé",
            ),
            ("debts.forgive", "Proposer de ne plus demander une somme"),
        ),
    ),
    (
        "Travail",
        (
            ("tasks.read", "Voir ce qui attend quelqu’un"),
            ("tasks.write", "Noter qu’une tâche ou une vérification est faite"),
        ),
    ),
    (
        "Le cabinet",
        (
            ("imports.write", "Importer les factures du logiciel"),
            ("imports.manage", "Annuler tout un import, ou ajouter un logiciel"),
            ("settings.read", "Voir les réglages du cabinet"),
            ("settings.write", "Changer les réglages du cabinet"),
            ("roles.manage", "Créer et changer les rôles"),
            ("staff.manage", "Inviter l’équipe et gérer ses accès"),
            ("audit.read", "Lire le journal de tous les actes"),
            ("sessions.own", "Voir et fermer ses propres sessions"),
        ),
    ),
)
SAID = {name: words for _, desk in WORDS for name, words in desk}


def shown(
    permissions: Collection[str], *, own: Collection[str]
) -> list[tuple[str, list[PermissionShown]]]:
    """The permissions that a role can be given, by desk. ``own`` are those of whoever looks."""
    desks = [
        (
            title,
            [
                PermissionShown(
                    name=name,
                    words=words,
                    needs=tuple(SAID[one] for one in sorted(NEEDED.get(name, ()))),
                    given=name in permissions,
                    may_give=name in own or name in permissions,
                )
                for name, words in desk
                if name in GRANTABLE and name != "sessions.own"
            ],
        )
        for title, desk in WORDS
    ]
    return [(title, lines) for title, lines in desks if lines]


def said(permissions: Collection[str]) -> list[tuple[str, list[str]]]:
    """What a role may do, by desk."""
    desks = [
        (title, [words for name, words in desk if name in permissions]) for title, desk in WORDS
    ]
    return [(title, lines) for title, lines in desks if lines]


RESERVED = tuple(SAID[name] for name in sorted(OWNERS_ONLY))
