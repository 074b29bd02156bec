"""The reporting words of English and Spanish, as data: verbs with their inflections, phrases, and what negates them.

A verb is its base form where it is regular; else `base/third/past/gerund/participle` (English) or
`infinitive/dice/dicen/dijo/dijeron/decía/decían/diciendo/dicho` (Spanish).
"""

from __future__ import annotations

import re
from typing import Literal

from models.names import word_set

Class = Literal["say", "act", "judge", "call", "source"]
"""say: takes a clause or a quote (said, dijo) | act: takes a thing or an infinitive too (announced, pidió)
| judge: the verb is the judgement (criticized, rechazó) | call: names a thing (called it, calificó de) | source: according to."""

Form = Literal["finite", "gerund", "participle", "infinitive", "source"]

EN_VERBS: dict[Class, str] = {
    "say": """say/says/said/saying/said tell/tells/told/telling/told add argue explain claim insist note state stress
    emphasize emphasise confirm acknowledge admit/admits/admitted/admitting maintain contend assert reiterate reassure
    clarify declare disclose reveal report suggest allege concede complain predict recall testify
    write/writes/wrote/writing/written tweet post reply respond answer remark comment observe caution signal indicate
    estimate conclude warn repeat joke quip boast lament affirm underline underscore highlight recount assure remind
    inform counter retort reason shout mutter whisper swear/swears/swore/swearing/sworn agree disagree deny hint
    forecast/forecasts/forecast/forecasting/forecast interject intone protest muse ask announce
    accept submit/submits/submitted/submitting recommend wonder reckon deadpan/deadpans/deadpanned/deadpanning marvel
    venture chime elaborate surmise attest vouch narrate plead stipulate posit object opine enthuse interrupt
    rule hold/holds/held/holding/held direct/directs/directed/directing""",
    "act": """promise pledge vow demand urge request propose offer express voice threaten apologize apologise advise
    undertake/undertakes/undertook/undertaking/undertaken convey reaffirm order cite
    stipulate guarantee unveil seek/seeks/sought/seeking/sought blame accuse thank credit commend""",
    "judge": """criticize criticise praise reject condemn welcome denounce oppose defend dismiss hail slam/slams/slammed/slamming
    blast endorse applaud decry deplore ridicule rebuke rubbish question support back dispute object celebrate laud
    salute attack assail fault regret challenge champion mock justify""",
    "call": """call describe label/labels/labelled/labelling brand term characterize characterise dub/dubs/dubbed/dubbing liken""",
}

ES_VERBS: dict[Class, str] = {
    "say": """decir/dice/dicen/dijo/dijeron/decía/decían/diciendo/dicho/dirá afirmar señalar sostener/sostiene/sostienen/sostuvo/sostuvieron/sostenía/sostenían/sosteniendo/sostenido
    manifestar/manifiesta/manifiestan/manifestó/manifestaron/manifestaba/manifestaban/manifestando/manifestado
    asegurar indicar expresar advertir/advierte/advierten/advirtió/advirtieron/advertía/advertían/advirtiendo/advertido
    subrayar explicar añadir agregar declarar reiterar insistir recalcar enfatizar destacar aclarar precisar detallar
    comentar apuntar informar comunicar revelar confesar/confiesa/confiesan/confesó/confesaron/confesaba/confesaban/confesando/confesado
    admitir reconocer/reconoce/reconocen/reconoció/reconocieron/reconocía/reconocían/reconociendo/reconocido
    contestar responder replicar preguntar argumentar alegar aducir/aduce/aducen/adujo/adujeron/aducía/aducían/aduciendo/aducido
    opinar considerar/considera/consideran/consideró/consideraron/consideraba/consideraban/considerando/considerado
    estimar calcular relatar narrar contar/cuenta/cuentan/contó/contaron/contaba/contaban/contando/contado
    recordar/recuerda/recuerdan/recordó/recordaron/recordaba/recordaban/recordando/recordado escribir/escribe/escriben/escribió/escribieron/escribía/escribían/escribiendo/escrito
    publicar tuitear bromear ironizar matizar puntualizar aseverar acotar objetar concluir/concluye/concluyen/concluyó/concluyeron/concluía/concluían/concluyendo/concluido
    sentenciar zanjar rematar resumir adelantar confirmar negar/niega/niegan/negó/negaron/negaba/negaban/negando/negado
    desmentir/desmiente/desmienten/desmintió/desmintieron/desmentía/desmentían/desmintiendo/desmentido
    descartar sugerir/sugiere/sugieren/sugirió/sugirieron/sugería/sugerían/sugiriendo/sugerido plantear exponer/expone/exponen/expuso/expusieron/exponía/exponían/exponiendo/expuesto
    remarcar apostillar abundar anotar espetar soltar/suelta/sueltan/soltó/soltaron/soltaba/soltaban/soltando/soltado
    gritar protestar quejarse/queja/quejan/quejó/quejaron/quejaba/quejaban/quejando/quejado jurar avisar alertar
    reprochar retrucar corregir/corrige/corrigen/corrigió/corrigieron/corregía/corregían/corrigiendo/corregido
    ratificar razonar justificar deslizar referir/refiere/refieren/refirió/refirieron/refería/referían/refiriendo/referido
    testificar pronosticar vaticinar externar disparar lanzar proseguir/prosigue/prosiguen/prosiguió/prosiguieron/proseguía/proseguían/prosiguiendo/proseguido
    leer/lee/leen/leyó/leyeron/leía/leían/leyendo/leído coincidir mantener/mantiene/mantienen/mantuvo/mantuvieron/mantenía/mantenían/manteniendo/mantenido
    excusar discrepar acordar/acuerda/acuerdan/acordó/acordaron/acordaba/acordaban/acordando/acordado reponer/repone/reponen/repuso/repusieron/reponía/reponían/reponiendo/repuesto
    graficar ejemplificar rezar atajar tuitear trinar garantizar resolver/resuelve/resuelven/resolvió/resolvieron/resolvía/resolvían/resolviendo/resuelto
    murmurar susurrar exclamar invocar enumerar cuestionar lamentar denunciar anunciar chicanear constatar postear citar anticipar avanzar
    iniciar culminar finalizar intervenir/interviene/intervienen/intervino/intervinieron/intervenía/intervenían/interviniendo/intervenido""",
    "act": """pedir/pide/piden/pidió/pidieron/pedía/pedían/pidiendo/pedido exigir prometer solicitar reclamar proponer/propone/proponen/propuso/propusieron/proponía/proponían/proponiendo/propuesto
    ofrecer/ofrece/ofrecen/ofreció/ofrecieron/ofrecía/ofrecían/ofreciendo/ofrecido agradecer/agradece/agradecen/agradeció/agradecieron/agradecía/agradecían/agradeciendo/agradecido
    comprometer exhortar instar urgir recomendar/recomienda/recomiendan/recomendó/recomendaron/recomendaba/recomendaban/recomendando/recomendado
    demandar aceptar reportar amenazar acusar culpar achacar atribuir/atribuye/atribuyen/atribuyó/atribuyeron/atribuía/atribuían/atribuyendo/atribuido invitar ordenar
    felicitar disculpar confiar/confía/confían/confió/confiaron/confiaba/confiaban/confiando/confiado""",
    "judge": """criticar rechazar celebrar condenar elogiar aplaudir defender/defiende/defienden/defendió/defendieron/defendía/defendían/defendiendo/defendido
    repudiar respaldar apoyar avalar cuestionar lamentar denunciar deplorar saludar valorar festejar reprobar/reprueba/reprueban/reprobó/reprobaron/reprobaba/reprobaban/reprobando/reprobado
    oponer/opone/oponen/opuso/opusieron/oponía/oponían/oponiendo/opuesto alabar congratular""",
    "call": """calificar tildar tachar llamar describir/describe/describen/describió/describieron/describía/describían/describiendo/descrito catalogar definir bautizar comparar""",
}

EN_PHRASES: dict[str, tuple[Class, Form]] = {
    "according to": ("source", "source"),
    "in the view of": ("source", "source"),
    "in the words of": ("source", "source"),
    "in his opinion": ("source", "source"),
    "in her opinion": ("source", "source"),
    "in his view": ("source", "source"),
    "in her view": ("source", "source"),
    "in its view": ("source", "source"),
    "as per": ("source", "source"),
    "pointed out": ("say", "finite"),
    "points out": ("say", "finite"),
    "pointing out": ("say", "gerund"),
    "called for": ("act", "finite"),
    "calls for": ("act", "finite"),
    "calling for": ("act", "gerund"),
    "called on": ("act", "finite"),
    "calls on": ("act", "finite"),
    "calling on": ("act", "gerund"),
    "appealed to": ("act", "finite"),
    "ruled out": ("act", "finite"),
    "ruling out": ("act", "gerund"),
    "put it": ("say", "finite"),
    "went on": ("say", "finite"),
    "spoke of": ("act", "finite"),
    "speaks of": ("act", "finite"),
    "stood by": ("judge", "finite"),
    "stands by": ("judge", "finite"),
    "made clear": ("say", "finite"),
    "made it clear": ("say", "finite"),
    "let it be known": ("say", "finite"),
    "paid tribute to": ("judge", "finite"),
    "wanted to know": ("say", "finite"),
    "wants to know": ("say", "finite"),
    "puts the figure at": ("act", "finite"),
    "put the figure at": ("act", "finite"),
    "expressed concern about": ("judge", "finite"),
    "was quoted as saying": ("say", "finite"),
    "is quoted as saying": ("say", "finite"),
    "shot back": ("say", "finite"),
    "apologised for": ("judge", "finite"),
    "apologized for": ("judge", "finite"),
}

ES_PHRASES: dict[str, tuple[Class, Form]] = {
    "según": ("source", "source"),
    "a su juicio": ("source", "source"),
    "en su opinión": ("source", "source"),
    "a su entender": ("source", "source"),
    "a nuestro juicio": ("source", "source"),
    "aboga por": ("judge", "finite"),
    "abogó por": ("judge", "finite"),
    "de acuerdo con": ("source", "source"),
    "de acuerdo a": ("source", "source"),
    "a juicio de": ("source", "source"),
    "a juicio del": ("source", "source"),
    "en opinión de": ("source", "source"),
    "en opinión del": ("source", "source"),
    "en palabras de": ("source", "source"),
    "en palabras del": ("source", "source"),
    "a decir de": ("source", "source"),
    "a decir del": ("source", "source"),
    "al decir de": ("source", "source"),
    "a entender de": ("source", "source"),
    "al entender de": ("source", "source"),
    "dio a conocer": ("say", "finite"),
    "dieron a conocer": ("say", "finite"),
    "dejó claro": ("say", "finite"),
    "hizo saber": ("say", "finite"),
    "ha hecho saber": ("say", "finite"),
    "habló de": ("act", "finite"),
    "hablan de": ("act", "finite"),
    "habla de": ("act", "finite"),
    "quiso saber": ("say", "finite"),
    "dio la bienvenida a": ("judge", "finite"),
    "se pronunció contra": ("judge", "finite"),
    "fue citado diciendo": ("say", "finite"),
}

EN_REFUSALS = tuple(
    phrase.split()
    for phrase in (
        "declined to", "declines to", "refused to", "refuses to", "stopped short of", "was not able to", "was unable to",
        "neither", "never", "not", "would not", "will not", "did not", "does not", "has not", "could not", "cannot",
        "avoided", "failed to", "not immediately available to", "has yet to", "have yet to", "without", "without ever",
    )
)  # fmt: skip

ES_REFUSALS = word_set("no tampoco ni evitó evitaron rehusó rehusaron declinó eludió sin nunca jamás")

AUX_EN = word_set(
    "has have had 've 'd also now later then since already repeatedly previously further again simply only "
    "recently publicly explicitly openly did do does would will is are was were been be being not never "
    "didn't doesn't don't hasn't haven't hadn't won't wouldn't couldn't can't isn't aren't wasn't cannot "
    "could can may might should must to still just both all even strongly sharply"
)  # fmt: skip

NEGATED_EN = word_set(
    "not never n't didn't doesn't don't hasn't haven't hadn't won't wouldn't couldn't can't isn't cannot neither nor without"
)

MODAL_EN = word_set("could can may might should must")

BE_EN = word_set("is are was were been be being")

AUX_ES = word_set(
    "ha han había habían he hemos no le les se lo la nos me os también ya tampoco ni nunca siempre además quiso quisieron "
    "querido supo pudo quiere fue fueron"
)  # fmt: skip

HAVE_ES = word_set("ha han había habían he hemos haber hubo")

MODAL_ES = word_set("puede pueden podría podrían debe deben debería deberían")

DETERMINERS = word_set(
    """a an the this that these those its his her their our my your no any some every each another of for in on with by
    el la los las un una unos unas su sus este esta ese esa del al de en con por sin esos esas estos estas cada nuestra"""
)  # before a form that is also a noun, these make it one

NOUNS_TOO = word_set(
    """claims claim reports report states state notes note demands demand calls call offers offer pledges pledge promises promise
    comments comment post posts estimates estimate forecast forecasts rules rule orders order questions question supports
    support backs back attacks attack challenges challenge requests request voices voice credits credit answers answer
    signals signal remarks objects object labels label terms term brands brand complaint jokes joke faults fault blasts blast
    highlights highlight praise blame welcome tweets tweet welcomes doubts regrets regret holds held reply replies protest
    protests hints hint
    pregunta preguntas denuncia denuncian demanda demandan reclama cuenta cuentan queja quejan crítica informa anuncia pide rechazo reclamo publica
    llama defensa escrito dicho pedido propuesta expuesto considerado critica apunta estima cita lanza avisa valora acuerda
    acuerdan celebra comunica grita salud reza lee leen cuestiona firma"""
)

ARTICLES = word_set("a an the this these those its his her their our my your")

BEFORE_VERB = word_set(
    "is are was were have has had will would can could may might must of from in and or . ,"
)

REFLEXIVE = re.compile(
    r"^(?:quej|compromet|opuso|opone|opon|defend|defiend|excus|disculp|congratul|limit|pregunt|niega|negó|negar|reafirm)"
)
