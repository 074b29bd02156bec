"""General knowledge about names and titles in English and Spanish: word lists, no name of any topic."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text, for lists that are easier to read as lines than as literals."""
    return frozenset(words.split())


FEMALE_GIVEN = word_set(
    """mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret
    sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca
    sharon laura cynthia kathleen amy angela shirley anna anne ann brenda pamela emma nicole helen
    samantha katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie
    olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah
    jacqueline martha gloria teresa sara madison frances kathryn janice jean alice abigail sophia grace
    denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie
    kayla alexis lori tammy kristi pam karoline tricia jeanne jane juliet fiona claire niamh siobhan
    edith mercedes carmen dolores pilar rosario isabel inés luz paz soledad consuelo raquel esther ester
    abigaíl beatriz leticia noemí miriam maribel yasmin iris leonor maricruz marisol ingrid astrid
    gladys mabel nelly belén asunción concepción trinidad milagros guadalupe rocío edurne itziar nerea
    ainhoa amparo agnes mavis enid bridget maureen eileen kate jo joanne gillian hilary lesley wendy"""
)
MALE_GIVEN = word_set(
    """james robert john michael david william richard joseph thomas charles christopher daniel matthew
    anthony mark donald steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason
    jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel
    gregory alexander frank patrick raymond jack dennis jerry tyler aaron jose adam nathan henry douglas
    zachary peter kyle noah ethan jeremy walter christian keith roger terry austin sean gerald carl
    harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan alan juan albert
    willie elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene marco tom
    chris tim mike jim bill bob ben sam dan steve greg ted jeff matt tony ed al lee ken ron don doug
    hugh josé luis jorge carlos miguel manuel francisco jesús ángel rafael andrés javier raúl joaquín
    víctor iván óscar rubén héctor félix césar martín adrián simón tomás sebastián nicolás agustín
    hernán germán ramón fabián julián esteban gaspar abel ismael isaac efraín abraham elías moisés joel
    noel vladimir wilmer elmer edwin melvin marvin franklin emmanuel noé bernabé josué luca attila
    elisha borja nicola basil cecil ewan colm declan owen rhys ivo"""
)
FEMALE_TITLES = word_set(
    """ms mrs miss mrs. ms. sra. sra señora srta doña congresswoman spokeswoman chairwoman policewoman
    businesswoman mother daughter sister wife widow grandmother aunt queen lady madam actress ministra
    alcaldesa presidenta diputada senadora jueza gobernadora directora secretaria viceministra
    vicepresidenta fiscala abogada doctora dra. dra profesora concejala vocera funcionaria magistrada
    madre hija hermana esposa viuda abuela comisionada subsecretaria consejera embajadora legisladora
    opositora mandataria investigadora procuradora letrada rectora vecina ingeniera licenciada licda.
    licda contadora maestra médica enfermera regidora councilwoman stateswoman her woman mujer académica
    política socióloga"""
)
MALE_TITLES = word_set(
    """mr mr. sr. sr señor don congressman spokesman chairman policeman businessman father son brother
    husband widower grandfather uncle king lord sir actor ministro alcalde presidente diputado senador
    juez gobernador director secretario viceministro vicepresidente abogado profesor concejal vocero
    funcionario magistrado padre hijo hermano esposo abuelo comisionado subsecretario consejero
    embajador legislador opositor mandatario investigador procurador letrado rector vecino ingeniero
    licenciado lic. ing. contador maestro médico enfermero regidor man hombre académico político
    sociólogo cardenal obispo arzobispo cura párroco pastor coronel"""
)
TITLES = word_set(
    """mr mrs ms miss dr dra sr sra srta sir lord lady dame don doña prof professor profesor profesora
    doctor doctora president presidente presidenta vice vicepresidente vicepresidenta minister ministro
    ministra premier prime foreign interior justice security defense defence finance health education
    agriculture labor labour energy trade transport environment economy public state secretary
    secretario secretaria general attorney chancellor canciller senator senador senadora sen rep
    representative congressman congresswoman diputado diputada deputy governor gobernador gobernadora
    gov mayor alcalde alcaldesa judge juez jueza magistrate magistrado magistrada chief commissioner
    comisionado comisionada commission ambassador embajador embajadora spokesman spokeswoman
    spokesperson portavoz vocero vocera chairman chairwoman chair chairperson director directora manager
    captain capitán colonel coronel major sergeant lieutenant officer sheriff detective inspector
    admiral rear archbishop arzobispo bishop obispo cardinal cardenal father padre pastor reverend rev
    monsignor monseñor king queen prince princess pope papa lawyer abogado abogada counsel fiscal
    fiscala prosecutor procurador procuradora analyst analista economist economista researcher
    councillor councilman councilwoman cllr lic licda licenciado licenciada ingeniero ingeniera ing arq
    leader líder owner founder coach author historian district federal acting former ex u.s us american
    republican democrat democratic assistant under special border press house senate speaker national
    home undersecretary superintendent permanent opposition shri smt h.e hon gen col capt lt sgt maj
    insp supt el la los las the viceministro viceministra subsecretario subsecretaria concejal concejala
    regidor regidora intendente intendenta cabo sor fray activist activista journalist periodista senior
    junior regional managing executive county delegate member mp mep md ceo engineer nurse farmer
    teacher"""
)
PLURAL_ROLES = word_set(
    """officials residents sources lawyers critics experts activists prosecutors authorities relatives
    families lawmakers democrats republicans organizers campaigners unions farmers workers police
    funcionarios fuentes vecinos autoridades familiares organizaciones diputados abogados expertos
    activistas fiscales vecinas madres trabajadores sindicatos"""
)
ORGANISATION_WORDS = word_set(
    """department ministry ministerio house office oficina council concejo consejo court corte tribunal
    party partido committee comité commission comisión union sindicato association asociación federation
    federación university universidad institute instituto agency agencia bank banco company compañía
    group grupo church iglesia congress congreso senate senado assembly asamblea government gobierno
    administration administración bureau center centre centro force fuerza army ejército police policía
    alliance alianza front frente movement movimiento network red foundation fundación fund fondo
    service servicio organization organización society sociedad league liga club school escuela hospital
    press prensa times post news corporation corp inc authority autoridad board junta chamber cámara
    coalition coalición secretariat secretaría embassy embajada watch international amnesty nations
    project proyecto defensoría fiscalía procuraduría presidencia alcaldía cancillería bancada gremio
    colegio confederación cooperativa ong ngo charity campaign trust airline team guild chapter bloc
    opposition oposición empresa crown bench railway trade navy campaigners plataforma parliament
    parlamento municipality palace kremlin"""
)
PLACE_WORDS = word_set(
    """road street avenue islands island isle river lake harbour harbor bay port hollow drive county valley
    mountain creek bridge park square calle avenida río lago puerto bahía cerro barrio colonia cantón
    plaza isla islas city town village beach airport prison radio morning evening daily ledger gazette
    herald tribune sentinel standard journal tv fm canal diario noticias facebook twitter x instagram"""
)
NOT_NAMES = word_set(
    """the a an and but or if in on at to for of by with from as it its he she they we i you this that
    these those there his her their our my your who what when where why how not no yes so then now new
    also after before while since because although however meanwhile asked speaking according under over
    during between despite both most many some all one two three el la los las un una unos unas y o pero
    si en de del al con por para sin según su sus este esta ese esa él ella ellos que qué cuando como
    donde mientras aunque tras ante desde hasta entre sobre también ya sí monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october
    november december lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril
    mayo junio julio agosto septiembre octubre noviembre diciembre north south east west united states
    estados unidos"""
)


def given_gender(word: str) -> str | None:
    """Return `f` or `m` for a given name, by list and then by its Spanish ending; None where it says nothing."""
    low = word.lower()
    if low in FEMALE_GIVEN:
        return "f"
    if low in MALE_GIVEN:
        return "m"
    if low.endswith("a") and len(low) > 3:
        return "f"
    if low.endswith(("o", "os", "án", "ín", "ón", "és", "aldo", "berto")) and len(low) > 3:
        return "m"
    return None
