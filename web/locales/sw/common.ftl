# Words that every face shares. Keys: area, thing, detail.

## Form
form-optional = (si lazima)
form-errors = { $count ->
    [one] Kuna jambo moja la kuangalia tena
   *[other] Kuna mambo { $count } ya kuangalia tena
}
form-choose = Chagua
form-unsaved = Bado haijahifadhiwa

## Buttons
button-save = Hifadhi
button-saving = Inahifadhi…
button-cancel = Ghairi
button-close = Funga
button-continue = Endelea
button-back = Rudi
button-edit = Hariri
button-delete = Futa
button-add = Ongeza
button-remove = Ondoa
button-undo = Tendua
button-send = Tuma
button-sending = Inatuma…
button-search = Tafuta
button-upload = Pakia
button-uploading = Inapakia…
button-download = Pakua
button-print = Chapisha
button-retry = Jaribu tena
button-confirm = Thibitisha
button-approve = Idhinisha
button-reject = Kataa
button-assign = Kabidhi
button-export = Hamisha nje
button-import = Ingiza
button-log-in = Ingia
button-logging-in = Inaingia…
button-log-out = Ondoka
button-start = Anza
button-finish = Maliza
button-more = Zaidi
button-view = Tazama
button-renew = Huisha
button-pay = Lipa
button-paying = Inatuma ombi…
button-copy = Nakili
button-new = Mpya

copied = Imenakiliwa
copy-codes = Nakili misimbo yote
copy-value = Nakili { $value }
step-done = (imekamilika)
yes = Ndiyo
no = Hapana
none = Hakuna
unknown = Haijulikani
all = Zote
from = Kuanzia
to = Hadi
total = Jumla
today = Leo
yesterday = Jana
tomorrow = Kesho
required = Lazima

## Finding one's way
nav-skip = Ruka hadi kwenye maudhui
nav-main = Menyu kuu
nav-menu = Menyu
nav-tabs = Kurasa zako
nav-account = Akaunti yako
nav-crumbs = Mahali ulipo
nav-notifications = Arifa
nav-security = Nenosiri na vifaa
nav-search = Tafuta kila kitu
nav-search-hint = Tafuta watu, bima, nambari za gari, malipo
nav-unread = { $count ->
    [0] Arifa
    [one] Arifa moja haijasomwa
   *[other] Arifa { $count } hazijasomwa
}
nav-language = Lugha
# What the language calls itself.
language-name = Kiswahili

## Lists
list-views = Mitazamo
list-apply = Tumia
list-export = Hamisha nje
list-remove-filter = Ondoa kichujio hiki
list-clear = Ondoa vyote
list-select = Chagua
list-select-all = Chagua mistari yote kwenye ukurasa huu
list-select-row = Chagua { $name }
list-with-chosen = Kwa mistari iliyochaguliwa
list-chosen = { $count } imechaguliwa
list-count = { $count ->
    [0] Hakuna kilichopatikana
    [one] Mstari 1
   *[other] Mistari { $count }
}
list-count-more = Zaidi ya mistari { $count }
list-pages = Kurasa
list-previous = Uliotangulia
list-next = Unaofuata

# Orodha kama zana: vichujio, mitazamo, safu wima, faili na hatua kwa mistari iliyochaguliwa
list-more-filters = Vichujio zaidi
list-from = Kuanzia
list-to = Hadi
list-rows = Mistari
list-sizes = Mistari kwa ukurasa
list-choose-all = Mistari yote { $count } inayolingana
list-export-csv = Kama CSV
list-export-xlsx = Kama faili ya Excel
list-columns = Safu wima
list-columns-reset = Kama zilivyokuwa
list-columns-saved = Safu wima zimepangwa unavyotaka.
list-column-up = Sogeza { $name } juu
list-view-all = Vyote
list-view-save = Hifadhi kama mtazamo
list-view-update = Hifadhi mabadiliko
list-view-name = Jina la mtazamo
list-view-share = Timu nzima inauona
list-view-default = Anza na mtazamo huu
list-view-no-default = Usianze nao tena
list-view-edit = Badilisha jina au shiriki
list-view-delete = Futa mtazamo
list-view-saved = Mtazamo umehifadhiwa.
list-view-deleted = Mtazamo umefutwa.
list-view-restored = Mtazamo umerudishwa.
list-view-refused = Mtazamo unahitaji jina lisilozidi herufi 60.
list-view-taken = Una mtazamo mwingine wenye jina hili.
list-view-too-much = Utafutaji huu ni mrefu mno kuhifadhiwa.
list-view-too-many = Unatunza mionekano 30 ya orodha hii. Futa mmoja kwanza.
list-batch-result = Iliyofanyika: { $done }. Iliyokataliwa: { $refused }.
list-batch-done = Imefanyika
list-batch-refused = Imekataliwa
list-batch-empty-title = Hakuna mistari iliyochaguliwa
list-batch-empty-text = Rudi kwenye orodha na uchague angalau mmoja.

list-empty-title = Bado hakuna kitu hapa
list-empty-search-title = Hakuna kinacholingana
list-empty-search-text = Jaribu maneno machache zaidi, tahajia nyingine, au uondoe vichujio.
record-parts = Sehemu za rekodi hii
record-timeline = Yaliyotokea
record-audit = Mabadiliko
record-related = Zinazohusiana
record-next = Hatua inayofuata

## Fields that many forms share
field-name = Jina
field-full-name = Jina kamili
field-first-name = Jina la kwanza
field-last-name = Jina la mwisho
field-email = Barua pepe
field-phone = Nambari ya simu
field-phone-help = Kwa maswali kuhusu bima yako. Unaweza kulipa kwa simu nyingine.
field-password = Nenosiri
field-password-help = Angalau herufi 8, pamoja na tarakimu moja na alama moja isiyo herufi wala tarakimu. Sentensi ni rahisi kukumbuka.
field-code = Msimbo
field-id-number = Nambari ya kitambulisho cha kitaifa
field-tax-pin = PIN ya KRA
field-address = Anwani
field-town = Mji
field-country = Nchi
field-date = Tarehe
field-date-of-birth = Tarehe ya kuzaliwa
field-amount = Kiasi
field-currency = Sarafu
field-note = Maelezo
field-reason = Sababu
field-status = Hali
field-owner = Anayehusika
field-created = Iliundwa
field-updated = Ilibadilishwa mwisho
field-number = Nambari
field-gender = Jinsia
field-occupation = Kazi
field-id-type = Aina ya kitambulisho
field-company-name = Jina la kampuni
field-registration-number = Nambari ya usajili
field-industry = Sekta
field-alt-phone = Nambari ya pili ya simu
field-preferred-contact = Njia bora ya kukufikia
field-county = Kaunti
field-postal-code = Msimbo wa posta
field-source = Jinsi ulivyotupata
field-notes = Maelezo
field-file = Faili
field-file-help = Picha au PDF, isiyozidi MB 10.

## States
state-draft = Rasimu
state-open = Wazi
state-new = Mpya
state-active = Inatumika
state-pending = Inasubiri
state-submitted = Imetumwa
state-received = Imepokelewa
state-paid = Imelipwa
state-unpaid = Haijalipwa
state-part-paid = Imelipwa kwa sehemu
state-overdue = Imechelewa
state-failed = Haikufaulu
state-expired = Muda umeisha
state-cancelled = Imefutwa
state-lapsed = Imekoma
state-renewal-due = Wakati wa kuhuisha
state-approved = Imeidhinishwa
state-rejected = Imekataliwa
state-closed = Imefungwa
state-settled = Imekamilishwa
state-unknown = Inaangaliwa
state-done = Imekamilika
state-in-progress = Inaendelea
state-suspended = Imesimamishwa
state-archived = Imehifadhiwa kwenye kumbukumbu
state-healthy = Inafanya kazi
state-degraded = Inafanya kazi polepole
state-down = Haifanyi kazi
state-test = Hali ya majaribio
state-live = Inatumika rasmi

## Messages after an action
flash-saved = Imehifadhiwa.
flash-deleted = Imefutwa.
flash-sent = Imetumwa.
flash-undone = Imetenduliwa.

## Errors: what happened, and the way forward
error-title-400 = Ombi hilo halikukamilika
error-text-400 = Kuna kitu kilichokosekana kwenye kiungo au fomu. Rudi nyuma ujaribu tena.
error-title-401 = Tafadhali ingia
error-text-401 = Ukurasa huu ni wa watu walio na akaunti. Ukishaingia utarudi hapa.
error-title-403 = Huwezi kufungua ukurasa huu
error-text-403 = Jukumu lako haliruhusu. Msimamizi wa kampuni yako anaweza kubadilisha hilo.
error-title-404 = Hatuwezi kupata ukurasa huo
error-text-404 = Huenda kiungo ni cha zamani, au ni cha akaunti nyingine.
error-title-409 = Mtu mwingine amekutangulia
error-text-409 = Hii ilibadilika ulipokuwa ukiitazama. Ipakie tena ulinganishe kabla ya kuhifadhi.
error-title-413 = Faili hiyo ni kubwa mno
error-text-413 = Faili zisizidi MB 10. Picha ya ubora mdogo inatosha.
error-title-429 = Umejaribu mara nyingi mno
error-text-429 = Tafadhali subiri kidogo, kisha ujaribu tena.
error-title-500 = Hilo lilikuwa kosa letu
error-text-500 = Tumejulishwa. Hujatozwa chochote kwa ulichoandika. Jaribu tena, au wasiliana nasi ukitaja nambari iliyo hapa chini.
error-title-503 = Hatupatikani kwa sasa
error-text-503 = Kwa kawaida hili huchukua chini ya dakika moja. Ukurasa huu utajaribu tena wenyewe.
error-reference = Nambari ya kumbukumbu
error-home = Ukurasa wa kwanza
error-back = Rudi nyuma
error-contact = Wasiliana nasi

offline-title = Huna mtandao
offline-text = Bima na hati ulizofungua awali bado zinaweza kusomwa. Mengine yote yanahitaji mtandao.
offline-policies = Bima zangu zilizohifadhiwa

## Moments
moment-now = sasa hivi
