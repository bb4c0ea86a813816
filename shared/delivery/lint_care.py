"""Words of care that the lint looks for, as data: acts, the body, illnesses, trades, medicines, exams.

A list of its own because it is long and grows: whoever reads a telephone over a shoulder understands
« détartrage » as well as « dentiste ». It is searched in free words and in a sender's name, and not inside
hosts, where « hanche » would be found in names of villages. It reads as the lists of ``lint_words`` do.

Left out are words that mostly mean something else in a message about an account: examen, contrôle,
suivi, opération, intervention, appareil, régime, langue, main, pont, règle, membre, cure. No list knows
every word: the page on which texts are written says so.
"""

from shared.delivery.lint_terms import terms

_TEETH = terms("""
    dent, dentaire, dentition, dentier, dental, detartr*, carie, couronne, bridge, molaire,
    premolaire, incisive, gencive, gingiv*, machoire, mandibul*, plombage, devitalis*, parodont*,
    endodont*, implant*, stomatolog*, bucco*, buccal*, gouttiere*, bague dentaire, onlay, inlay,
    aphte, amalgame, appareil dentaire, appareil auditif, tooth, teeth, root canal, scaling,
    denture, gum disease, cavities
""")
_BODY = terms("""
    hanche, genou, genoux, epaule, coude, poignet, cheville, rotule, tibia, femur, femoral*,
    humerus, vertebr*, colonne vertebrale, lombaire, cervical*, lombalg*, pelvi*, thorax, thorac*,
    abdom*, ventre, estomac, intestin*, colon, rectum, anus, foie, hepati*, rein, renal*, vessie,
    prostat*, uterus, uterin*, ovair*, vagin*, vulv*, seins, testicul*, penis, poumon*, pulmon*,
    bronch*, coeur, cardia*, artere*, arteriel*, veine, veineu*, varice*, cerveau, cerebral*, crane,
    cranien*, moelle*, tympan*, oreille, auditi*, gorge, amygdale*, larynx, pharyn*, sinus*, narine,
    nez, paupiere, oeil, yeux, oculaire, retin*, cornee, peau, cutane*, ongle, orteil, talon, voute
    plantaire, plantaire, ligament*, menisque, tendon*, tendin*, muscle, musculaire*, articulaire*,
    cartilage*, squelet*, osseu*, ganglion*, thyroid*, pancrea*, vesicul*, hormon*, nerf, sciatique,
    sang, sanguin*, urine, urinaire*, selles, salive, dos bloque, mal de dos, mal au dos, hip, knee,
    shoulder, elbow, wrist, ankle, spine, spinal, lung, liver, kidney, bladder, breast, womb, brain,
    stomach, blood, bowel, skin, eyesight
""")
_ILLNESS = terms("""
    depress*, anxiet*, anxieu*, angoiss*, burn out, burnout, bipolair*, schizo*, psychose, autis*,
    tdah, dyslex*, anorex*, boulim*, obes*, insomni*, alcool*, drogue, toxicoman*, cannabis, tabac*,
    suicid*, demence, alzheimer, parkinson, epilep*, sclerose*, migraine*, cephale*, vertige*, avc,
    infarct*, angine, hypertens*, hypotens*, tension arterielle, tachycard*, arythm*, phlebit*,
    embol*, thrombos*, anemi*, leucem*, lymphom*, melanom*, carcinom*, tumeur, tumoral*, metasta*,
    cancer*, kyste, fibrom*, polype, nodule, verrue, eczema*, psorias*, acne, urticair*, zona,
    herpes*, mycos*, gale, teigne, varicelle, rougeole, rubeol*, oreillons, scarlatin*, coqueluch*,
    grippe, covid, rhume, bronchit*, pneumon*, pleures*, tubercul*, asthm*, allerg*, rhinit*, otit*,
    sinusit*, laryngit*, tonsil*, gastrit*, gastro*, ulcer*, reflux, colit*, crohn, coeliaq*,
    constipa*, diarrhe*, nausee*, vomiss*, hemorroid*, hernie, appendic*, cystit*, infecti*,
    septic*, abces, syphilis, gonoc*, chlamyd*, papillomav*, hpv, mst, seropositi*, virus, bacteri*,
    endometrio*, menopaus*, fausse couche, steril*, infertil*, impuissan*, erectile, incontinen*,
    arthros*, arthrit*, rhumatism*, osteopor*, scoliose*, lumbago, entorse*, fracture*, luxation,
    foulure, brulure, plaie, blessure*, traumatism*, commotion, cicatri*, escarre*, douleur*,
    douloureu*, fievre, toux, allaite*, cataracte*, glaucom*, myop*, presbyt*, astigmat*, strabism*,
    dmla, surdit*, sourd, acouphen*, aveugle, cecit*, syndrom*, sympto*, pathol*, rechute,
    remission, convalesc*, palliati*, depression, anxiety, flu, cough, fever, pain, tumour, tumor,
    stroke, asthma, allergy, allergies, wound, injury, ulcer, infection, disease, sick, sickness,
    miscarriage, menopause
""")
_ACTS = terms("""
    frottis, vaccin*, piqure*, injection, perfus*, transfus*, pansement*, suture*, points de suture,
    platre*, attelle*, prothes*, orthes*, semelle, bequille*, fauteuil roulant, greffe de, chirurg*,
    bloc operatoire, anesthes*, hospital*, ambulatoire, accouch*, cesarien*, peridural*, avortement,
    curetage, sterilet, contracept*, pilule, preservatif, vasectom*, circoncis*, biops*, ponction*,
    prelevement sanguin, prise de sang, bilan sanguin, bilan orthophonique, reeduc*, massag*,
    massot*, manipulation vertebrale, infiltr*, mesotherap*, cryotherap*, lasertherap*, epilation,
    botox, liposuc*, rhinoplast*, lifting, hypnos*, acupunc*, electrother*, balneo*, cure thermale,
    thermal*, detox*, sevrage, desintox*, therap*, psychother*, transplant*, dialys*, pacemaker,
    stent, pontage, coronar*, defibrill*, catheter*, stomie, drainage, arret de travail, certificat
    medical, depist*, surgery, surgeon, surgical, jab, bandage, stitches, therapy, therapist,
    physiotherapy, screening, pap smear, smear test, blood test, check up
""")
_EXAMS = terms("""
    radiograph*, panoramique dentaire, mammograph*, echograph*, doppler, scintigraph*, osteodensit*,
    densitometr*, coloscop*, fibroscop*, endoscop*, gastroscop*, cystoscop*, hysteroscop*,
    colposcop*, arthroscop*, electrocardio*, electroencephalo*, ecg, eeg, emg, holter, spirometr*,
    audiogram*, audiometr*, polysomnograph*, fond d oeil, champ visuel, glycem*, cholesterol*,
    triglycerid*, hemogram*, creatinin*, amniocent*, test de grossesse, test covid, pcr, antigeni*,
    serolog*, examen medical, examen clinique, examen de sang, examen radiologique, examen de la
    vue, imagerie, ultrasound, mammogram, endoscopy, colonoscopy, eye test
""")
_TRADES = terms("""
    generaliste, cardio, cardiolog*, dermato*, ophtalm*, pediatr*, geriatr*, gerontolog*, neurolog*,
    nephrolog*, urolog*, rhumato*, pneumolog*, hematolog*, endocrin*, diabetolog*, allergolog*,
    hepatolog*, proctolog*, infectiolog*, orl, oto rhino, phlebolog*, angiolog*, sexolog*,
    tabacolog*, obstetri*, andrologue, maieutic*, podolog*, pedicur*, orthophon*, orthopt*,
    ortho, orthoped*, ergother*, psychomot*, dietet*, nutrition*, sophrolog*, chiroprac*, etiopath*,
    homeopath*, naturopath*, phytotherap*, reflexolog*, audioprothes*, opticien*, optometr*,
    pharmac*, ambulanc*, aide soignant*, soignant*, praticien*, urgentiste, samu, brancard*, ehpad,
    maison de retraite, maison de repos, hospice, dispensaire, planning familial, cmp, salle d
    attente, polyclin*, cabinet dentaire, rehab, counselling, dermatologist, cardiologist, optician,
    pharmacy, midwife, paediatric*, pediatric*, podiatrist, practitioner
""")
_MEDICINES = terms("""
    paracetamol, doliprane, ibuprofen*, aspirine, morphin*, codein*, tramadol, opiac*, opioid*,
    methadon*, subutex, antibio*, amoxicil*, penicil*, cortison*, cortico*, insulin*, statine,
    anticoag*, antidepress*, anxiolyt*, neurolept*, somnifer*, xanax, valium, prozac, levothyrox,
    ventoline, viagra, antalgiq*, antidouleur*, analges*, anti inflammatoire, antihistamin*,
    antivir*, trithera*, comprime, gelule, suppositoire, collyre, pommade, sirop, posologie, dosage,
    vitamine*, lunettes, verres progressifs, lentilles de contact, audiophone, glasses, contact
    lens, contact lenses, hearing aid, pill, tablets, antidepressant
""")
_APPOINTMENTS = terms("""
    rdv, visite medicale, visite a domicile, visite de controle, teleconsult*, teleexpert*, feuille
    de soin, dossier medical, bilan medical, carnet de sante, salle de soin, dossier patient, sortie
    d hopital, guerir, guerison, guerissez, soigne, soigner, soignez, retablissement, bon
    retablissement, operee, vous opere, operer, get well, medication, medicine
""")

CARE = (
    *_TEETH,
    *_BODY,
    *_ILLNESS,
    *_ACTS,
    *_EXAMS,
    *_TRADES,
    *_MEDICINES,
    *_APPOINTMENTS,
)
"""R4 too: what is done, to what part of the body, for which illness, by whom, with what."""
