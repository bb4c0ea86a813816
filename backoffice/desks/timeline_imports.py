"""What happens with imports, as French sentences."""

from backoffice.desks.timeline_facts import Sentence

IMPORTS: dict[str, Sentence] = {
    "import.kept": "Export du logiciel importé",
    "import.undone": "Import annulé",
    "import_job.received": "Liste envoyée",
    "import_job.read": "Liste lue",
    "import_job.fail": "Liste illisible",
    "import_job.withdraw": "Import abandonné",
    "import_job.ask_trial": "Essai d’import demandé",
    "import_job.try": "Essai d’import fait",
    "import_job.refuse": "Liste refusée, rien n’est importé",
    "import_job.change": "Colonnes de la liste à choisir de nouveau",
    "import_job.confirm": "Import confirmé",
    "import_job.differ": "Import à relire : les comptes ont changé depuis l’essai",
    "import_job.keep": "Import fait",
    "import_job.ask_undo": "Annulation de l’import demandée",
    "import_job.undo": "Import annulé",
    "import_job.stand": "Import pas annulable",
    "invoice.withdraw": lambda f: f"Facture {f.text('number')} retirée avec l’import annulé",
    "account.withdraw": "Compte retiré avec l’import annulé",
    "contact_point.restore": "Contact remis comme avant l’import annulé",
}
