# Selling: carts, orders, policies. Permissions, messages of failures and of fields, words of documents and mails.

error-cart-item-not-found = Hii haipo tena kwenye kikapu.
error-cart-empty = Kikapu ni kitupu. Chagua bima kwanza.
error-cart-full = Kikapu kinachukua bima zisizozidi { $limit }. Kamilisha ununuzi huu, kisha uanze mwingine.
error-cart-has-problems = Kuna kitu kwenye kikapu ambacho hakiwezi kununuliwa tena. Omba bei mpya au ukiondoe.
error-cart-no-owner = Vikapu ni vya wateja. Tengeneza makadirio ya mteja badala yake.
error-checkout-wrong-step = Ununuzi huu uko kwenye hatua nyingine. Pakia ukurasa tena.

error-order-not-found = Agizo hilo halipo.
error-order-already-placed = Bima hii imeagizwa tayari: { $number }. Lipia agizo hilo, au ulifute kwanza.
error-order-price-changed = Bei imebadilika tangu ilipoonyeshwa. Iangalie tena.
error-order-plan-not-offered = Hakuna bima kwenye kikapu inayoweza kulipwa kwa awamu hizi tena. Chagua mpango mwingine.
error-order-wrong-state = Agizo limebadilika wakati huo huo. Lipakie tena.
error-order-payment-pending = Malipo ya agizo hili yanaendelea. Subiri yaishe.
error-order-money-received = Pesa za agizo hili zimepokelewa, kwa hivyo haliwezi kufutwa hapa tena.
error-order-not-at-insurer = Wakala ndiye anayepokea ada ya bima ya agizo hili; hakuna cha kuthibitisha.
error-order-at-insurer = Kampuni ya bima ndiyo inayopokea ada ya bima ya agizo hili.
error-order-collection-not-chosen = Bima bado haiwezi kununuliwa: chagua kwenye mipangilio nani anapokea ada ya bima.
error-order-start-past = Bima inaweza kuanza leo au baadaye.
error-order-start-too-far = Bima inaweza kuanza ndani ya siku 90 zijazo.

error-policy-not-found = Bima hiyo haipo.
error-policy-wrong-state = Bima hii imeisha, kwa hivyo hili haliwezekani tena.
error-policy-changed = Mtu mwingine amebadilisha bima hii wakati huo huo. Ipakie tena.
error-policy-certificate-in-future = Cheti hakiwezi kuwa cha siku ambayo haijafika.

order-state-open = Inasubiri malipo
order-state-paid = Imelipwa
order-state-fulfilled = Imekamilika
order-state-partly_fulfilled = Imekamilika kwa sehemu
order-state-cancelled = Imefutwa
order-state-expired = Haikulipwa kwa wakati
order-line-open = Inasubiri
order-line-fulfilled = Imetolewa
order-line-failed = Haikutolewa
order-line-closed = Imefungwa

policy-state-pending = Haijaanza
policy-state-active = Inatumika
policy-state-expired = Imeisha
policy-state-cancelled = Imefutwa

# Magari mengi kwa jedwali
fleet-plate-twice = Nambari hii ya gari iko tayari kwenye mstari wa juu.
fleet-chassis-twice = Nambari hii ya chasisi iko tayari kwenye mstari wa juu.
fleet-formula = Fomula haisomwi. Andika thamani yenyewe.
fleet-extra-unknown = Bima hii haina nyongeza hiyo.
fleet-column-unknown = Bima hii haiulizi “{ $column }”. Pakua jedwali lake na utumie vichwa vyake.
fleet-empty = Jedwali halina mistari. Andika gari moja kwenye kila mstari.
error-fleet-not-whole = Mstari mmoja hauna bei. Hakuna kilichoagizwa.
error-fleet-price-changed = Bei imebadilika tangu ilipoonyeshwa. Hakuna kilichoagizwa; angalia mistari tena.

# Bima inayosubiri idhini
policy-approval-waiting = Inasubiri idhini
policy-approval-declined = Imekataliwa
error-policy-waiting = Bima hii inasubiri idhini. Hakuna kinachotolewa kabla ya hapo.
error-policy-not-waiting = Bima hii haisubiri idhini tena.
mail-order-waiting-subject = Tumepokea malipo yako: { $number }
mail-order-waiting-text =
    Habari { $name },

    tumepokea { $amount } kwa agizo { $number }. Risiti imeambatishwa. Tunaikagua bima yako kabla ya kutoa hati zake, na tutakutumia mara tu itakapoidhinishwa. Isipoidhinishwa, utarudishiwa pesa zako.

    Unaweza kuona hali yake hapa: { $url }

    { $brokerage }
mail-policy-approved-subject = Bima yako imeidhinishwa: { $policy }
mail-policy-approved-text =
    Habari { $name },

    bima { $policy } imeidhinishwa. Hati yake { $number } imeambatishwa. Ihifadhi; mtu yeyote anaweza kuikagua kwa msimbo ulio juu yake.

    { $brokerage }

policy-moment-paid = Imelipwa
policy-moment-issued = Bima imetolewa
policy-moment-document = Hati imetolewa
policy-moment-certified = Cheti cha kampuni ya bima kimewekwa
policy-moment-cancelled = Imefutwa

# Papers about money
remittance-advice-title = Taarifa ya malipo kwa kampuni ya bima
debit-note-title = Hati ya deni
debit-note-line = { $insurer }, miezi { $months } kuanzia { $day }
mail-debit-note-subject = Hati ya deni { $number }
mail-debit-note-text =
    Habari { $name },

    hati ya deni ya agizo { $order } ya { $amount } imeambatishwa. Inaeleza jinsi ya kulipa.

    { $brokerage }
statement-title = Taarifa ya akaunti
statement-in-future = Kipindi kiishe leo au kabla.
statement-period = Kipindi kianze kabla ya kuisha, na kisizidi miaka mitatu.
statement-payment-received = Malipo yamepokelewa
statement-policy-issued = Bima: { $what }
statement-instalment-paid = Malipo ya awamu: { $what }
statement-policy-cancelled = Bima imefutwa: { $what }
statement-refund-paid = Umerudishiwa: { $what }
statement-reversal = Imerudishwa nyuma: { $what }
mail-statement-subject = Taarifa ya akaunti { $number }
mail-statement-text =
    Habari { $name },

    taarifa yako kuanzia { $from } hadi { $to } imeambatishwa. Tuambie kama kuna kinachokosekana au kisicho sahihi.

    { $brokerage }

# Policies that end early
error-cancellation-already-agreed = Mwisho wa bima hii umekubaliwa tayari.
error-cancellation-already-asked = Umeomba hili tayari. Tutakujibu karibuni.
error-cancellation-figures-changed = Kinachorudishwa kimebadilika tangu kilipoonyeshwa. Angalia hesabu tena.
error-cancellation-request-over = Ombi hili limejibiwa tayari.
cancellation-before-cover = Bima ilianza baada ya siku hiyo.
cancellation-after-cover = Bima inaisha yenyewe kabla ya siku hiyo.
cancellation-from-past = Chagua leo au siku inayokuja.
cancellation-asked-customer = Mteja
cancellation-asked-insurer = Kampuni ya bima
cancellation-by-customer = Uliomba wewe: { $reason }
cancellation-by-insurer = Kampuni ya bima imeimaliza: { $reason }
cancellation-rule-full = Bima haikuwa imeanza, au ilikuwa imeanza tu: kila ulichotozwa kinarudishwa.
cancellation-rule-pro-rata = Kwa siku: zimebaki siku { $left } kati ya { $days }, asilimia { $percent } ya ada ya bima na tozo inarudishwa.
cancellation-rule-short-rate = Kwa kipimo cha bima inayofutwa na mwenye bima: asilimia { $percent } ya ada ya bima na tozo inarudishwa.
cancellation-outcome-credit = { $amount } ni salio lako kwetu. Tutakurudishia utakapoomba, au itumike kwa bima yako ijayo.
cancellation-outcome-none = Hakuna kilichobaki cha kukurudishia.
cancellation-outcome-insurer = Uliilipa kampuni ya bima, kwa hivyo kampuni ya bima ndiyo inayokurudishia.
cancellation-letter-title = Kufutwa kwa bima
credit-reason-policy-cancelled = Bima ilifutwa kabla ya mwisho wake
mail-cancellation-subject = Bima yako inaisha: { $policy }
mail-cancellation-text =
    Habari { $name },

    bima { $policy } imefutwa; siku yake ya mwisho ni { $day }. Barua iliyoambatishwa inaonyesha jinsi kinachorudishwa kilivyokokotolewa.

    { $brokerage }

collection-insurer_collects = Kampuni ya bima inapokea ada ya bima
collection-collect_and_remit = Tunapokea ada ya bima na kuiwasilisha
collection-credit = Tunapokea ada ya bima kwa mkopo wa kampuni ya bima

policy-document-risk-note = Uthibitisho wa bima ya gari
policy-document-certificate = Cheti cha bima
policy-document-included = imejumuishwa
policy-document-add-on = nyongeza
policy-document-unregistered = bado halijasajiliwa
policy-document-class = Daraja { $class }
policy-document-basis = { $rate }% ya { $base }
policy-document-yes = ndiyo
policy-document-no = hapana
receipt-title = Risiti
receipt-credit = Imewekwa kama salio lako
credit-reason-line-not-fulfilled = Kilicholipiwa hakikuweza kutolewa

mail-prices-subject = Bei zako: { $what }
mail-prices-text =
    Habari,

    hizi hapa bei ulizouliza: { $what }. Zinatumika hadi { $date }.

    { $url }

    Kiungo hiki hufanya kazi kwa kifaa chochote. Mwenye nacho anaweza kuona bei, kwa hiyo mpe mtu kwa uangalifu. Kama hukukiomba, futa barua hii.

    { $brokerage }

mail-quote-subject = Makadirio yako ya bei { $number }
mail-quote-text =
    Habari { $name },

    hizi ndizo bei za { $subject }:

    { $offers }

    Unaweza kununua kwa bei hizi hadi { $until }. Tuambie unachochagua, au utuulize.

    { $brokerage }

mail-pay-link-subject = Lipa { $amount } kwa { $number }
mail-pay-link-text =
    Habari { $name },

    { $amount } inatakiwa kulipwa kwa { $number }. Unaweza kulipa hapa hadi { $until }, bila kuingia:

    { $url }

    Mpe mwingine kiungo hiki ikiwa tu atakulipia.

    { $brokerage }

mail-pay-link-text-direct =
    Habari { $name },

    { $amount } inatakiwa kulipwa kwa { $number }. Unaweza kulipa hapa hadi { $until }, bila kuingia:

    { $url }

    Au tuma pesa mwenyewe:

    { $ways }

    Mpe mwingine kiungo hiki ikiwa tu atakulipia.

    { $brokerage }

mail-receipt-subject = Risiti yako { $number }
mail-receipt-text =
    Habari { $name },

    tumepokea { $amount }. Risiti { $number } imeambatishwa. Mtu yeyote anaweza kuikagua kwa msimbo ulio juu yake.

    { $brokerage }

mail-order-subject = Bima yako iko tayari: { $number }
mail-order-text =
    Habari { $name },

    tumepokea { $amount } kwa agizo { $number }. Hati zako na risiti zimeambatishwa. Zihifadhi; mtu yeyote anaweza kuzikagua kwa msimbo ulio juu yake.

    Unaweza kuzipata hapa wakati wowote: { $url }

    { $brokerage }

# Hati kwa barua pepe, na watu ambao mteja anawataja
mail-papers-subject = Hati zako kutoka { $brokerage }
mail-papers-attached =
    Habari { $name },

    uliomba hati hizi. Zimeambatishwa.

    { $documents }

    { $brokerage }
mail-papers-linked =
    Habari { $name },

    uliomba hati hizi. Kwa pamoja ni kubwa mno kwa barua pepe, kwa hiyo utazipata hapa chini. Kwanza utaingia.

    { $documents }

    { $brokerage }
error-papers-none = Chagua angalau hati moja.
error-papers-too-many = Hati zisizozidi kumi huingia kwenye barua pepe moja. Chagua chache, au zipakue kama faili moja.
error-papers-no-address = Hakuna anwani ya barua pepe kwenye kumbukumbu. Iongeze kwenye maelezo yako.
error-nomination-changed = Orodha hii ilibadilishwa kwingine wakati huo huo. Itazame ilivyo sasa, kisha uhifadhi tena.
error-nomination-too-many = Watu wasiozidi kumi wanaweza kutajwa hapa.
error-nomination-shares = Sehemu hazifikii jumla ya asilimia 100. Badilisha mojawapo, kwa mfano 50 na 50.
error-nomination-share-invalid = Weka sehemu kati ya 0.01 na 100, kama 50 au 33.34.

    tumepokea { $amount } kwa agizo { $number }. Hati zako na risiti zimeambatishwa. Zihifadhi; mtu yeyote anaweza kuzikagua kwa msimbo ulio juu yake.

    Unaweza kuzipata hapa wakati wowote: { $url }

    { $brokerage }
