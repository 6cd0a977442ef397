# The customer's pages.
portal-home-title = Bima kwa bei unayoiona papo hapo
portal-home-lede = Linganisha kampuni za bima zilizo na leseni, ona kila tozo ndani ya bei, na upate uthibitisho wa bima kwenye simu yako dakika chache baada ya kulipa.
portal-home-description = Linganisha bima za kampuni zilizo na leseni, lipa kwa simu na upate uthibitisho wa bima mara moja.
portal-kinds = Ungependa kuwekea nini bima?
portal-quote-title = Ona bei yako
portal-quote-submit = Ona bei
portal-quote-submitting = Tunauliza kampuni za bima…
portal-quote-promise = Huhitaji kutoa nambari ya simu ili kuona bei.
portal-trust-licensed = Wakala aliye na leseni
portal-trust-insurers = Kampuni { $count } za bima zinalinganishwa
portal-trust-certificate = Uthibitisho wa bima kidijitali mara moja
portal-how-title = Jinsi inavyofanya kazi
portal-how-1-title = Tueleze kuhusu gari lako
portal-how-1-text = Nambari ya gari, thamani na matumizi, kisha maswali machache. Dakika moja, bila kujisajili.
portal-how-2-title = Linganisha na uchague
portal-how-2-text = Kila bei ni kamili: tozo, ushuru wa stempu, na yale ambayo bima haifidii.
portal-how-3-title = Lipa kwa simu, endesha ukiwa na bima
portal-how-3-text = Thibitisha kwa PIN yako. Uthibitisho wa bima na risiti huja kwa barua pepe.
portal-products-title = Bima zote tulizo nazo

# Yaliyo kwenye ukurasa wa mwanzo na kando ya bima.
portal-featured-title = Tumekuchagulia
portal-insurers-title = Kampuni za bima tunazofanya kazi nazo
portal-insurers-text = Kila kampuni ya bima hapa ina leseni yake na inabeba hatari ya bima zake.
portal-voices-title = Wateja wanasema
portal-questions-title = Maswali na majibu
portal-talk-title = Ungependa kuzungumza na mtu?
portal-talk-text = Uliza kabla ya kununua: bima inafidia nini, haifidii nini, na inahitaji hati gani.
portal-talk-write = Tuandikie
portal-elsewhere = Tupate kwingine
portal-cookies-only = Tovuti hii huweka vidakuzi inavyohitaji kufanya kazi tu. Hakuna anayekufuatilia.
portal-related-title = Bima nyingine zinazofanana
portal-reviews-title = Maoni ya wateja
portal-reviews-none = Bado hakuna aliyetoa maoni kuhusu bima hii.
portal-reviews-who = Ni wateja walionunua bima hii hapa tu wanaoweza kutoa maoni, mara moja kwa kila bima. Tunasoma kila maoni kabla ya kuonyeshwa na hatubadilishi maneno yake.
portal-reviews-stars = Nyota { $rating } kati ya 5
portal-stars = { $count ->
    [one] Nyota { $average } kati ya 5, maoni 1
   *[other] Nyota { $average } kati ya 5, maoni { $count }
}
portal-review-title = Toa maoni kuhusu bima yako
portal-review-write = Toa maoni kuhusu bima hii
portal-review-change = Badilisha maoni yako
portal-review-rating = Umeridhika kiasi gani?
portal-review-5 = Nyota 5: nimeridhika sana
portal-review-4 = Nyota 4: nimeridhika
portal-review-3 = Nyota 3: kiasi tu
portal-review-2 = Nyota 2: sijaridhika
portal-review-1 = Nyota 1: sijaridhika hata kidogo
portal-review-body = Maneno yako
portal-review-body-help = Yaliyokwenda vizuri na yasiyokwenda vizuri. Tafadhali usitaje majina, nambari wala anwani.
portal-review-signed = Yataonyeshwa kwa jina la { $name }, baada ya sisi kuyasoma.
portal-review-send = Tuma maoni
portal-review-sent = Asante. Tunasoma maoni yako kabla ya wengine kuyaona.
portal-review-withdraw = Ondoa maoni
portal-review-withdrawn = Maoni yako yameondolewa.
review-state-waiting = Yanasomwa
review-state-published = Yameonyeshwa
review-state-hidden = Yamefichwa
portal-products-from = kuanzia { $amount }
portal-products-all = Bima zote
portal-products-all-of = Zote { $count }: { $title }
portal-products-sample = Viwango vilivyo hapa ni vya mfano vya kujaribu duka: si vya kampuni za bima zenyewe.

portal-offers-title = { $count ->
    [0] Hakuna kampuni inayotoa bima hii
    [one] Bei moja ya { $name }
   *[other] Bei { $count } za { $name }
}
portal-offers-lede = Zimepangwa kwa bei. Kila bei ina tozo zote na inatumika hadi { $date }.
portal-offers-change = Badilisha maelezo
portal-offers-choose = Chagua
portal-offers-why = Bei hii imetokana na nini
portal-offers-excess = Unacholipa kwanza wakati wa dai
portal-covered = Bima hii inafidia
portal-not-covered = Bima hii haifidii
portal-price-total = Unalipa
portal-price-explain = Gusa mstari uone jinsi ulivyokokotolewa.
portal-buy = Nunua bima hii
portal-addons = Ongeza kwenye bima yako
portal-addons-update = Sasisha bei
portal-insurer = Kampuni ya bima

portal-checkout-title = Maelezo yako
portal-checkout-steps = Hatua za ununuzi wako
portal-checkout-consent = Ninakubali { $name } itumie maelezo haya kunitafutia bima.
portal-checkout-start = Bima inaanza tarehe
portal-checkout-summary = Bima yako
portal-checkout-safe = Unatozwa tu baada ya kuthibitisha kwenye simu yako.

portal-wait-title = Weka PIN yako kwenye { $phone }
portal-wait-checking = Ukurasa huu hubadilika wenyewe. Usilipe tena wakati tunaangalia.
portal-wait-refresh = Angalia sasa
portal-wait-help = Hujaona chochote kwenye simu?
portal-wait-help-1 = Fungua simu yako: huenda ombi linasubiri nyuma ya kioo kilichofungwa.
portal-wait-help-2 = Hakikisha simu ina mtandao na salio la kutosha.
portal-wait-help-3 = Baada ya dakika mbili unaweza kutuma ombi tena au kulipa kwa njia nyingine.
portal-wait-reference = Nambari yako ya kumbukumbu
portal-wait-receipt = Nambari ya malipo

portal-account-title = Habari { $name }
portal-account-policies = Bima zako
portal-account-empty-title = Bado huna bima
portal-account-empty-text = Ukinunua bima itaonekana hapa, pamoja na hati zake na kila risiti.
portal-proof-risk-note = Uthibitisho wa bima
portal-proof-certificate = Cheti cha bima
portal-account-until = Inatumika hadi { $date }
portal-cart-holds = Bei hii ni halali hadi { $date }
portal-account-number = Bima nambari { $number }
portal-account-see-price = Ona bei

portal-login-title = Ingia
portal-login-lede = Ona bima, hati na malipo yako.
portal-login-forgot = Umesahau nenosiri lako?
portal-login-code = Ingia kwa msimbo
portal-login-code-lede = Tutatuma msimbo kwenye barua pepe yako. Huhitaji nenosiri.
portal-login-code-lede-phone = Tutatuma msimbo kwenye barua pepe yako au kwenye simu yako. Huhitaji nenosiri.
portal-login-code-who = Barua pepe au nambari ya simu
portal-login-code-who-help = Nambari ya simu iwe ile uliyoithibitisha kwenye wasifu wako.
portal-login-code-send = Tuma msimbo
portal-login-password = Ingia kwa nenosiri
portal-login-new = Wewe ni mgeni hapa?
portal-login-register = Fungua akaunti
portal-code-title = Weka msimbo
portal-code-text = Ikiwa { $to } ina akaunti kwetu, msimbo uko njiani. Angalia pia kwenye folda ya barua taka.
portal-code-text-mail = Tumetuma msimbo kwenye barua pepe uliyotoa. Angalia pia kwenye folda ya barua taka.
portal-code-text-phone = Ikiwa ulithibitisha { $to } kwetu hapo awali, msimbo uko njiani kwa ujumbe mfupi.
portal-code-again = Tuma msimbo mpya

portal-register-title = Fungua akaunti
portal-register-lede = Bima, hati na risiti zako mahali pamoja. Huhitaji akaunti ili kuona bei.
portal-register-email-help = Tutatuma msimbo kwenye anwani hii.
portal-register-submit = Fungua akaunti
portal-register-have = Una akaunti tayari?
portal-register-agree = Kwa kufungua akaunti unakubali:
portal-flash-registered = Karibu. Akaunti yako imefunguliwa.
portal-flash-code-sent = Msimbo mpya uko njiani.
portal-flash-password-chosen = Nenosiri lako jipya linatumika kuanzia sasa.
portal-forgot-title = Chagua nenosiri jipya
portal-forgot-lede = Tutatuma kiungo kwenye barua pepe yako.
portal-forgot-submit = Tuma kiungo
portal-forgot-again = Omba kiungo kipya
portal-forgot-sent-title = Angalia barua pepe yako
portal-forgot-sent-text = Ikiwa { $email } ina akaunti kwetu, kiungo kiko njiani. Kinatumika kwa saa moja. Angalia pia kwenye folda ya barua taka.
portal-reset-title = Chagua nenosiri jipya
portal-reset-lede = Utaingia nalo mara moja, na utaondolewa kwenye vifaa vingine vyote.
portal-reset-submit = Hifadhi nenosiri
portal-reset-expired = Kiungo hakifanyi kazi tena?
portal-claim-title = Chagua nenosiri lako
portal-claim-lede = Kwa nenosiri hili utapata bima, hati na risiti zako wakati wowote.

portal-nav-account = Akaunti
portal-nav-policies = Bima zako
portal-nav-payments = Malipo
portal-nav-documents = Hati
portal-nav-profile = Maelezo yangu
portal-nav-products = Bima zote
portal-nav-verify = Kagua hati

portal-verify-title = Je, hati hii ni halali?
portal-verify-lede = Kila uthibitisho wa bima, cheti na risiti yetu ina msimbo. Uandike hapa, au skani mraba ulio kando yake.
portal-verify-code = Msimbo
portal-verify-code-help = Herufi na tarakimu kumi na sita, kubwa au ndogo, zikiwa na vistari au bila.
portal-verify-submit = Kagua
portal-verify-another = Kagua msimbo mwingine
portal-verify-call = Tupigie: { $phone }
portal-verify-genuine = Halali
portal-verify-expired = Muda umeisha
portal-verify-cancelled = Imefutwa
portal-verify-unknown = Si yetu
portal-verify-genuine-title = Sisi ndio tuliotoa hati hii
portal-verify-expired-title = Muda wa bima hii umeisha
portal-verify-cancelled-title = Hati hii ilifutwa
portal-verify-unknown-title = Hatuitambui hati hii
portal-verify-genuine-text = Linganisha maelezo yaliyo hapa chini na karatasi. Majina na namba za gari zimefupishwa hapa kwa makusudi: kinachoonekana lazima kifanane. Kingine chochote kikitofautiana, karatasi hiyo imebadilishwa.
portal-verify-shortened-text = Bima hii imefutwa kabla ya wakati wake: inaisha siku ya mwisho iliyo hapa chini, hata kama karatasi inasema vinginevyo.
portal-verify-replaced-text = Tulitoa toleo jipya la hati hii. Maelezo yaliyo hapa chini ni ya toleo jipya.
portal-verify-expired-text = Tuliitoa, na ilikuwa sahihi hadi siku ya mwisho iliyo hapa chini. Leo haithibitishi bima yoyote.
portal-verify-cancelled-text = Tuliitoa kisha tukaifuta. Haithibitishi bima yoyote.
portal-verify-unknown-text = Hakuna hati yetu iliyo na msimbo huu. Kagua msimbo tena. Ikiwa ndio uliochapishwa, usiikubali hati hiyo, na utujulishe.
portal-verify-kind = Hati
portal-verify-number = Nambari
portal-verify-what = Bima
portal-verify-policy = Nambari ya bima
portal-verify-insurer = Kampuni ya bima
portal-verify-certificate = Cheti cha kampuni ya bima
portal-verify-holder = Mwenye bima
portal-verify-plate = Nambari ya gari
portal-verify-from = Siku ya kwanza
portal-verify-to = Siku ya mwisho
portal-verify-today = Bima leo
portal-verify-in-force = Inatumika
portal-verify-begins = Bado: inaanza tarehe { $date }
portal-verify-amount = Kiasi
portal-verify-issued = Ilitolewa
portal-verify-cancelled-on = Ilifutwa

portal-page-since = Toleo la { $number }, linatumika tangu { $date }
portal-page-past = Haya ni maneno ya awali. Hayatumiki tena.
portal-page-older = Matoleo ya awali
portal-about-title = Kuhusu sisi
portal-about-who-title = Sisi ni nani
portal-about-who-text = { $name } ni dalali wa bima. Tunakufanyia kazi wewe, si kampuni moja ya bima: tunalinganisha, tunashauri, tunakutafutia bima na kuwa nawe unapodai fidia.
portal-about-how-title = Tunavyolipwa
portal-about-how-text = Kampuni ambayo unanunua bima yake humlipa { $name } kamisheni kutoka kwenye ada ya bima. Bei unayoiona ndiyo bei yote.
portal-complaints-title = Malalamiko
portal-complaints-write-title = Tuambie
portal-complaints-write-text = Andikia { $name } au piga simu; mawasiliano yako chini ya ukurasa huu. Eleza kilichotokea, lini, na kipi kingerekebisha. Kulalamika hakugharimu chochote na hakuathiri bima yako kamwe.
portal-complaints-answer-title = Kinachofuata
portal-complaints-answer-text = { $name } huthibitisha kwamba lalamiko limefika, hulichunguza, na kujibu kwa maandishi pamoja na sababu.
portal-regulator = mamlaka inayosimamia bima
portal-complaints-regulator-title = Jibu lisiposaidia
portal-complaints-regulator-text = Unaweza kupeleka lalamiko kwa { $regulator }, inayosimamia { $name } na kampuni za bima.
portal-cookies-title = Vidakuzi
portal-cookies-which-title = Vidakuzi tunavyoweka
portal-cookies-which-text = Kimoja hutambua kivinjari chako, ili bei zako na kikapu chako viwepo bado kwenye ukurasa unaofuata. Kimoja hukuweka ukiwa umeingia. Kimoja hukumbuka lugha yako. Kimoja hubeba ujumbe mfupi hadi ukurasa unaofuata, kwa mfano kwamba kitu kimehifadhiwa.
portal-cookies-none-title = Ambavyo hatuweki
portal-cookies-none-text = Hakuna cha matangazo, hakuna kinachopima unachotazama, hakuna cha kampuni nyingine. Ndiyo maana { $name } hakuombi ukubali chochote.
portal-cookies-off-title = Kufanya bila vidakuzi
portal-cookies-off-text = Unaweza kuvifuta au kuvizuia kwenye kivinjari chako. Bila hivyo unaweza kusoma kila kitu, lakini huwezi kununua wala kuingia.
portal-terms-title = Masharti
portal-terms-who-title = Unashughulika na nani
portal-terms-who-text = { $name } ni dalali wa bima. Kampuni iliyotajwa kwenye bima yako ndiyo inayobeba hatari; sisi tunakushauri, tunakutafutia bima na kukusaidia unapodai fidia.
portal-terms-price-title = Bei
portal-terms-price-text = Bei ya ofa inajumuisha kila tozo na ushuru unaotakiwa na sheria, na kila mstari unaeleza jinsi ulivyokokotolewa; palipoandikwa “kuanzia”, tozo huongezwa juu yake. Bei ya ofa ni halali hadi tarehe iliyo kando yake, kwa majibu uliyotoa. Jibu lisilo sahihi linaweza kubadilisha bei au kukatisha bima.
portal-terms-pay-title = Kulipa
portal-terms-pay-text = Unatozwa tu kile ulichothibitisha. Bima inaanza siku iliyoandikwa kwenye bima yako, baada ya ada ya bima kulipwa. Pesa ambazo hazikununua chochote zinabaki kuwa zako: zinawekwa kama salio lako au unarudishiwa.
portal-terms-cancel-title = Ukibadilisha nia
portal-terms-cancel-text = Ijulishe { $name } mapema iwezekanavyo. Kiasi kinachorudishwa hufuata masharti ya kampuni ya bima, na utaonyeshwa kabla ya kuamua.
portal-terms-complain-title = Ikiwa kuna tatizo
portal-terms-complain-text = Andikia { $name } kwanza; anwani iko hapa chini. Usiporidhika na jibu, unaweza kulalamika kwa { $regulator }.
portal-privacy-title = Faragha
portal-privacy-what-title = Tunachohifadhi
portal-privacy-what-text = Unachoandika unapoomba bei, mawasiliano yako, nambari za utambulisho na hati unaponunua, bima zako, na malipo yako. Nambari za utambulisho huhifadhiwa kwa usimbaji fiche. Hatuoni kamwe PIN wala nambari ya kadi unayolipia.
portal-privacy-why-title = Kwa nini
portal-privacy-why-text = { $name } inayahitaji ili kutafuta bei, kukupatia bima, kupokea malipo, kutuma hati na kusaidia katika madai, na kwa sababu sheria za bima na kodi zinataka kumbukumbu. Habari hutumwa tu ikiwa ulikubali.
portal-privacy-who-title = Nani anayapata
portal-privacy-who-text = Kampuni ya bima unayonunua kwake, na mtoa huduma wa malipo unayelipia kupitia kwake, kila mmoja kile anachohitaji tu. Yeyote aliye na hati yako anaweza kukagua kama ni halali; huona herufi za kwanza za jina na nambari ya gari iliyofichwa kwa sehemu, si zaidi.
portal-privacy-long-title = Kwa muda gani
portal-privacy-long-text = Bei ambazo hukununua hufutwa au kuondolewa utambulisho. Bima na malipo huhifadhiwa kwa muda unaotakiwa na sheria za mikataba na kodi.
portal-privacy-rights-title = Haki zako
portal-privacy-rights-text = Unaweza kuiuliza { $name } ni nini kimehifadhiwa kukuhusu, kuomba kirekebishwe, kifutwe pale ambapo sheria haikitaki, na kuondoa ridhaa yako wakati wowote.

portal-home-short = Bima
portal-home-empty-title = Bado hakuna bima inayouzwa
portal-home-empty-text = Rudi hivi karibuni, au tupigie simu.
portal-products-lede = Kila bima ya kila kampuni tunayofanya kazi nayo.
portal-products-search = Tafuta bima na kampuni
portal-products-compare = Linganisha kampuni zote za bima
portal-products-none = Hakuna bima inayolingana. Jaribu maneno machache zaidi, au tazama zote.
portal-product-term = Muda wa bima
portal-product-months = { $count ->
    [one] mwezi mmoja
    [12] mwaka mmoja
   *[other] miezi { $count }
}
portal-product-from = Ada ya bima ya chini kabisa, kabla ya tozo
portal-product-more = Vizuri kujua
portal-product-papers = Hati unazohitaji
portal-product-gone-title = Bima hii haiuzwi tena
portal-product-gone-text = Bima zilizonunuliwa zinaendelea kama zilivyo.
portal-quote-submit-one = Ona bei
portal-covered-up-to = { $what }, hadi { $amount }
portal-ask-title = Kuhusu unachowekea bima
portal-ask-lede = Kampuni za bima zinahitaji majibu haya ili kutoa bei.
portal-ask-addons-help = Unaweza pia kuziongeza au kuziondoa baadaye.

portal-offers-short = Bei
portal-offers-excess-of = Unacholipa kwanza · { $excess }
portal-offers-sum = Thamani ya bima { $amount }
portal-offers-lowest = Bei ya chini zaidi
portal-offers-expired-title = Bei hizi zilitumika hadi { $date }
portal-offers-expired-text = Omba tena kwa majibu yale yale upate bei za leo.
portal-offers-repeat = Pata bei za leo
portal-offers-none-title = Hakuna kampuni inayotoa bima hii mtandaoni
portal-offers-none-text = Badilisha maelezo, au tupigie simu: tutaziuliza kampuni za bima ana kwa ana.
portal-offers-declined = Haitolewi na
portal-offers-reference = Nambari yako ya kumbukumbu: { $reference }
portal-saved-save = Chukua bei hizi
portal-saved-lede = Kwa kiungo hiki unarudi kwenye bei hizi kwa kifaa chochote hadi { $date }. Mwenye kiungo anaweza kuona bei na kuendelea nazo.
portal-saved-link = Kiungo chako
portal-saved-email = Au kipate kwa barua pepe
portal-saved-send = Nitumie kiungo
portal-saved-sent = Kiungo kinakuja kwako.
portal-saved-often = Kiungo hiki kimetumwa mara za kutosha. Kinakili badala yake.
portal-saved-no-address = Hiyo si barua pepe. Hakuna kilichotumwa.
portal-saved-title = Bei zilizohifadhiwa
portal-saved-go-on = Endelea na bei hizi
portal-saved-again = Uliza tena kwa majibu yaleyale
portal-quotes-title = Bei zako
portal-quotes-lede = Ulizouliza hivi karibuni. Bei iliyopitwa na wakati huulizwa tena kwa kubonyeza mara moja.
portal-quotes-until = Hadi { $date }
portal-quotes-over = Imepitwa tangu { $date }
portal-quotes-empty-title = Kwa sasa hakuna bei
portal-quotes-empty-text = Bei unazouliza hukaa hapa hadi ununue.
portal-offer-for = Kwa
portal-offer-sum = Thamani ya bima
portal-offer-until = Bei inatumika hadi
portal-offer-quote = Makadirio
portal-offer-not-changed = Nyongeza hazikuweza kubadilishwa tena. Ona sababu hapa chini.
portal-price-all-in = pamoja na tozo zote
portal-price-premium = Ada ya bima
portal-why-rate = { $rate } % ya { $base }.
portal-why-units = { $units } kwa { $base } kila moja.
portal-why-levy = Sheria huongeza { $rate } % ya ada ya bima ya { $base }.
portal-why-duty = Kiasi kisichobadilika ambacho sheria hutoza kwa kila bima.
portal-why-minimum = Ada ya chini kabisa ya kampuni hii ya bima ni { $base }.
portal-why-fixed = Bei isiyobadilika ya kampuni ya bima.
portal-why-rounding = Imekadiriwa hadi kiasi kinachoweza kulipwa.

portal-nav-cart = Kikapu
portal-cart-title = Kikapu chako
portal-cart-description = Ulichochagua, kila bei ikielezwa hatua kwa hatua: lipa yote kwa pamoja au kwa awamu.
portal-cart-empty-title = Kikapu chako ni kitupu
portal-cart-empty-text = Ona bei kwanza; ukichagua moja, itakuwa hapa.
portal-cart-change = Itazame tena
portal-cart-continue = Endelea
portal-cart-bundle-hint = { $amount } ukinunua pamoja na bima ya aina nyingine ya { $insurer }.
portal-cart-bundle-saved = Unaokoa { $amount } kwa kununua pamoja.
portal-cart-more = Wekea kitu kingine bima pia
portal-cart-blocked = Ondoa kisichoweza kununuliwa tena, au upate bei yake ya leo.
portal-cart-removed = Imeondolewa.
portal-cart-full = Kikapu chako kimejaa. Nunua kwanza vilivyomo.

# Bima ya magari kadhaa kwa jedwali moja
portal-fleet-title = Magari kadhaa kwa pamoja
portal-fleet-link = Wekea bima magari kadhaa kwa jedwali moja
portal-fleet-lede = Jaza jedwali lenye gari moja kwenye kila mstari, kisha ulipakie. Utaona bei ya kila gari kabla ya kuagiza chochote.
portal-fleet-product = Bima
portal-fleet-file-help = Excel (.xlsx) au CSV, yenye vichwa vya jedwali; magari yasizidi { $rows } na faili isizidi KB { $kilobytes }.
portal-fleet-upload = Ona bei
portal-fleet-sheets = Majedwali ya kujaza
portal-fleet-sheets-text = Kila bima ina maswali yake. Pakua jedwali lake na uache vichwa kama vilivyo.
portal-fleet-none-title = Hakuna bima ya magari kwa sasa
portal-fleet-none-text = Ona vitu vingine unavyoweza kuwekea bima.
portal-fleet-extras = Nyongeza
portal-fleet-result = Magari yako
portal-fleet-whole = Kila gari lina bei.
portal-fleet-mend = Rekebisha mistari isiyo na bei kwenye jedwali lako na ulipakie tena, au agiza bima ya magari mengine.
portal-fleet-nothing = Hakuna mstari wenye bei. Irekebishe kwenye jedwali lako, kisha ulipakie tena.
portal-fleet-vehicle = Gari
portal-fleet-row = Mstari wa { $line }
portal-fleet-price = Bei
portal-fleet-order = { $count ->
    [one] Agiza bima ya gari moja
   *[other] Agiza bima ya magari { $count }
}
portal-fleet-pay-next = Utalipa kwenye ukurasa unaofuata.
portal-fleet-again = Pakia jedwali lingine

portal-checkout-step-details = Maelezo
portal-checkout-step-documents = Hati
portal-checkout-step-pay = Lipa
portal-checkout-step-done = Umepata bima
portal-checkout-name-help = Kama lilivyo kwenye kitambulisho chako.
portal-checkout-email-help = Uthibitisho wa bima na risiti hutumwa hapa.
portal-checkout-consent-short = Ridhaa
portal-checkout-have = Una akaunti tayari?
portal-checkout-taken = Barua pepe hii ina akaunti. Ingia, kisha uendelee ulipofikia: kikapu chako kitakuja nawe.
portal-papers-title = Hati za kampuni ya bima
portal-papers-lede = Picha ya kila moja inatosha.
portal-papers-asked = Kampuni ya bima inaomba
portal-papers-later = Huna hati karibu? Endelea bila hizo. Akaunti yako itakukumbusha, na inapokea hati wakati wowote.
portal-pay-title = Lipa
portal-pay-method = Njia ya kulipa
portal-pay-phone = Nambari ya simu inayolipa
portal-pay-phone-help = Ombi la malipo hutumwa kwenye simu hii.
portal-pay-now = Lipa { $amount }
portal-pay-again = Jaribu tena kulipa { $amount }
portal-pay-parts = Malipo ya mara moja hayawezi kuzidi { $limit }. Utalipa kwa awamu { $count }; ya kwanza ni { $first }.
portal-plan-from = Au kwa awamu: kuanzia { $now } sasa. Utachagua wakati wa kulipa.
portal-plan-title = Utalipa mara ngapi?
portal-plan-full = Mara moja
portal-plan-two = Awamu mbili
portal-plan-three = Awamu tatu
portal-plan-monthly = Kila mwezi
portal-plan-now = { $now } sasa hivi
portal-plan-then-one = { $now } sasa, { $later } tarehe { $date }
portal-plan-then = { $now } sasa, kisha awamu { $count } za { $later } kuanzia { $first } hadi { $last }
portal-plan-partly = Bima isiyogawanyika inalipwa yote sasa.
portal-plan-due = Kiasi cha kulipa sasa
portal-plan-gone = Mpango huu haupatikani tena. Chagua mwingine.
portal-due-title = Awamu zako za malipo
portal-due-by = Kufikia { $date }
portal-due-paid = Imelipwa
portal-due-due = Bado muda wake
portal-due-late = Imechelewa
portal-pay-insurer-title = Unailipa kampuni ya bima
portal-pay-insurer-text = Weka agizo, kisha utaona jinsi ya kuilipa kampuni ya bima na nambari ya kumbukumbu ya kutumia. Bima inaanza kampuni ikishapokea pesa.
portal-pay-order = Weka agizo
portal-pay-closed-title = Kwa sasa haiwezekani kulipa mtandaoni
portal-pay-closed-text = Kikapu chako kimehifadhiwa. Tupigie simu au tuandikie: tutakamilisha ununuzi pamoja nawe.

portal-wait-title-plain = Thibitisha malipo
portal-wait-text-plain = Unalipa kwenye ukurasa wa huduma ya malipo. Endelea huko kama bado hujalipa; ukurasa huu utabadilika wenyewe ukishalipa.
portal-order-title = Agizo lako
portal-order-number = Agizo
portal-order-owed = Kiasi kilichobaki kulipwa
portal-order-pay-until = Mwisho wa kulipa
portal-order-go-on = Endelea kulipa
portal-order-being-issued = Inatolewa
portal-order-line-from = { $insurer }, kuanzia { $date }.
portal-order-line-failed = Hii haikuweza kutolewa. Pesa ni zako; tunakupigia simu.
portal-order-pay-to = Lipa { $name }
portal-order-no-instructions = Tupigie simu upate akaunti ya kampuni ya bima.
portal-order-give-up = Umebadilisha nia?
portal-order-give-up-text = Agizo litafutwa, na hutadaiwa chochote kwa ajili yake.
portal-order-give-up-do = Futa agizo
portal-order-cancelled = Agizo limefutwa.
portal-order-not-cancelled = Agizo halikuweza kufutwa. Ona hali yake hapa chini.
portal-link-title = Lipa
portal-link-for = Kwa ajili ya
portal-link-until = Kiungo hiki kinafanya kazi hadi
portal-link-to-pay-title = Tayari kulipwa
portal-link-to-pay-text = Chagua njia ya kulipa. Huhitaji akaunti.
portal-link-issued-title = Imelipwa, asante
portal-link-issued-text = Hakuna kingine kinachodaiwa. Risiti inatumwa kwa mwenye agizo.
portal-link-over-title = Kiungo hiki hakifanyi kazi tena
portal-link-over-text = Muda wake umeisha, kimeondolewa, au hakuna kinachodaiwa tena. Omba kipya kwa aliyekutumia.
portal-order-to-pay-title = Tayari kulipwa
portal-order-to-pay-text = Chagua njia ya kulipa. Bima inaanza pesa zikishafika.
portal-order-asked-text = Tumetuma ombi kwenye simu hii. Malipo yanathibitishwa kwa PIN yako hapo.
portal-order-late-title = Bado tunaangalia
portal-order-late-text = Jibu linachelewa kuliko kawaida. Ikiwa ulithibitisha, pesa ziko salama: ununuzi utakamilika jibu likifika, na utapata ujumbe.
portal-order-failed-title = Malipo hayakufaulu
portal-order-failed-text = Hakuna pesa zilizotolewa. { $reason }
portal-order-failed-uninsured = Agizo hili halikupi bima hadi lilipwe.
portal-order-unknown-title = Tunauliza mtoa huduma wa malipo
portal-order-unknown-text = Mtoa huduma bado hawezi kusema kama pesa zako zimetoka. Usilipe tena. Tutalishughulikia na kukutumia ujumbe; pesa zikiwa zimefika, bima yako inatolewa mara moja.
portal-order-received-title = Imelipwa
portal-order-received-text = Pesa zimefika. Bima yako inatolewa; subiri kidogo.
portal-order-issued-title = Sasa una bima
portal-order-paid = { $amount } zimelipwa
portal-order-paid-of = { $paid } kati ya { $total } zimelipwa
portal-order-issued-text = Hati zako ziko hapa chini. Zimetumwa pia kwenye barua pepe yako.
portal-order-waiting-title = Imelipwa, na inakaguliwa
portal-order-waiting-text = Tunaikagua bima yako kabla ya kutoa hati zake, na tutakutumia mara tu itakapoidhinishwa. Isipoidhinishwa, utarudishiwa pesa zako.
portal-order-issued-soon = Hati zako zinatayarishwa na zitaonekana hapa hivi punde.
portal-order-partly-title = Sehemu bado haijakamilika
portal-order-partly-text = Kuna ulicholipia ambacho hakikuweza kutolewa chenyewe. Pesa ni zako, na tunakupigia simu ili kukikamilisha.
portal-order-insurer-title = Ilipe kampuni ya bima sasa
portal-order-insurer-text = Tumia nambari ya kumbukumbu iliyo hapa chini unapolipa. Kampuni ya bima ikishapokea pesa, bima yako inaanza na hati zako zinakuja kwa barua pepe.
portal-order-over-title = Agizo hili limeisha
portal-order-over-text = Lilifutwa, au halikulipwa kwa wakati. Hudaiwi chochote kwa ajili yake.

# Deni lisilo la agizo
portal-owed-title = Lipa unachodaiwa
portal-owed-to-pay-title = Inasubiri malipo
portal-owed-to-pay-text = Chagua njia ya kulipa.
portal-owed-issued-title = Imelipwa, asante
portal-owed-issued-text = Hudaiwi chochote zaidi. Risiti iko kati ya hati zako.
portal-owed-over-title = Hakuna cha kulipa
portal-owed-over-text = Hudaiwi chochote tena hapa.
portal-owed-tile = { $amount }, mwisho wa kulipa ni { $date }
portal-owed-policy = Bado unadaiwa { $amount } kwa bima hii.
portal-owed-pay = Lipa deni

portal-account-orders = Yanayokusubiri
portal-account-order = { $amount }, mwisho wa kulipa ni { $date }
portal-account-cart = { $count ->
    [one] Kuna kitu kimoja kwenye kikapu chako.
   *[other] Kuna vitu { $count } kwenye kikapu chako.
}
## The account's start page
portal-steps-title = Hatua zinazofuata
portal-step-ending = { $what } inaisha { $date }. Angalia bei ya kipindi kinachofuata.
portal-step-id = Tuma nakala ya kitambulisho chako: kampuni za bima hukiomba.
portal-step-logbook = Tuma logbook: kampuni ya bima inaiomba.
portal-step-beneficiaries = Taja nani apokee malipo ya bima zako usipoweza mwenyewe.
portal-days-left = { $count ->
    [0] leo ndiyo siku ya mwisho
    [one] imebaki siku moja
   *[other] zimebaki siku { $count }
}
## Payments and the statement of account
portal-payments-search = Tafuta malipo kwa nambari ya kumbukumbu au risiti
portal-payments-outcome = Yalivyokwenda
portal-payments-when = Siku
portal-statement-title = Taarifa ya akaunti
portal-statement-lede = Yote yaliyotozwa na kulipwa katika kipindi fulani, kama hati unayoweza kutuma au kuchapisha.
portal-statement-from = Siku ya kwanza
portal-statement-to = Siku ya mwisho
portal-statement-make = Tayarisha taarifa
portal-statement-made = Taarifa zako
portal-statement-asked = Taarifa yako inatayarishwa. Itaonekana hapa na kati ya hati zako baada ya muda mfupi.
portal-statement-enough = Umetayarishiwa taarifa kumi leo. Jaribu tena kesho.
## One policy
portal-end-refund = Utarudishiwa { $amount } ya ulicholipa.
portal-policy-named = Wanufaika
portal-policy-help = Kukitokea jambo
portal-policy-help-text = Tupigie simu kwanza, kabla ya chochote kutengenezwa au kutupwa. Tunaijulisha kampuni ya bima na kukusaidia na karatasi.
portal-policy-named-none = Bado hujamtaja yeyote.
portal-policy-named-change = Taja nani apokee malipo ya bima hii
portal-policy-pay-next = Lipa awamu inayofuata
portal-policy-pending = Inaanza baadaye
portal-policy-period = Kipindi
portal-policy-from-to = { $from }, { $time }, hadi mwisho wa { $to }
portal-policy-insurer-number = Nambari ya bima ya kampuni
portal-policy-cancelled = Sababu ya kufutwa
portal-end-link = Maliza bima hii mapema
portal-end-title = Maliza bima hii
portal-end-lede = Omba hapa. Bima inaendelea hadi tukubaliane nawe siku yake ya mwisho.
portal-end-today = Utakachorudishiwa kama ingeisha leo
portal-end-today-help = Siku za baadaye hurudisha kidogo zaidi. Kinachohesabiwa ni siku tutakayokubaliana.
portal-end-of = Ulilipa { $charged }.
portal-end-total = Utakachorudishiwa
portal-end-from = Siku ya kwanza bila bima
portal-end-from-help = Una bima hadi mwisho wa siku iliyotangulia.
portal-end-reason = Kwa nini unataka kuimaliza?
portal-end-ask = Omba kuimaliza
portal-end-keep = Endelea na bima
portal-end-asked = Tumepokea ombi lako na tutajibu karibuni. Bima inaendelea.
portal-end-open = Uliomba kumaliza bima hii kuanzia { $day }. Tutajibu karibuni; bima inaendelea.
portal-end-agreed = Bima hii imefutwa. Siku yake ya mwisho ni { $day }.
portal-end-declined = Hatukuweza kukubali kumaliza bima hii: { $answer }
portal-policy-waits = Tunaikagua bima hii kabla ya kutoa hati zake. Tutakutumia mara tu itakapoidhinishwa.
portal-policy-no-documents = Hati zinatayarishwa. Zitaonekana hapa na kuja kwa barua pepe.
portal-payments-title = Malipo yako
portal-payments-empty-title = Bado hakuna malipo
portal-payments-empty-text = Kila unacholipa kitaonekana hapa, pamoja na risiti yake.
portal-payment-credit = { $amount } imewekwa kama salio lako
portal-documents-title = Hati zako
portal-documents-empty-title = Bado hakuna hati
portal-documents-empty-text = Uthibitisho wa bima na risiti zitaonekana hapa ukishanunua bima.
portal-documents-send = Tuma hati
portal-documents-kind = Ni hati gani
portal-documents-kept = Tumeipokea. Asante.
portal-document-checked = imekaguliwa
# Hati: kutafuta, kuchagua, kutazama, kuondoa
portal-documents-search = Tafuta kwa jina au nambari
portal-documents-group-policies = Hati za bima
portal-documents-group-receipts = Risiti
portal-documents-group-uploads = Ulizotuma
portal-documents-pick = Chagua
portal-documents-choose = Chagua hati unazotaka kupata kwa pamoja.
portal-documents-zip = Pakua kama faili moja
portal-documents-mail = Tuma kwa barua pepe yangu
portal-documents-mailed = Hati ziko njiani kwenda kwenye barua pepe yako.
portal-documents-removed = Hati imeondolewa.
portal-documents-undo = Tendua
portal-documents-aside-title = Bado zinakaguliwa
portal-documents-held = Inakaguliwa virusi; itaonekana kati ya hati zako karibuni.
portal-documents-refused = Haikuhifadhiwa: ilipatikana na virusi.
portal-documents-removed-title = Zilizoondolewa
portal-documents-until = inaweza kurejeshwa hadi { $date }
portal-documents-restore = Rejesha
portal-documents-restored = Hati imerejeshwa.
portal-document-number = Nambari
portal-document-day = Tangu
portal-document-size = Ukubwa
portal-document-kilobytes = KB { $size }
portal-document-megabytes = MB { $size }
portal-document-state = Hali
portal-document-was-checked = Tumeikagua
portal-document-not-checked = Tumeipokea, bado haijakaguliwa
portal-document-code = Msimbo wa uthibitisho
portal-document-about = Kuhusu hati hii
portal-document-download = Pakua
portal-document-open = Fungua kwenye kichupo kipya
portal-document-remove = Iondoe

# Mteja kama mtu: vichupo, watu waliotajwa, ridhaa
portal-tabs = Maelezo yako
portal-tab-details = Maelezo
portal-tab-beneficiaries = Wanufaika wa bima
portal-tab-dependants = Wategemezi
portal-tab-notifications = Arifa
portal-tab-privacy = Faragha
portal-tab-security = Nenosiri
portal-beneficiaries-title = Wanufaika wako wa bima
portal-beneficiaries-lede = Watakaopokea malipo ya bima zako ikiwa wewe hutaweza. Orodha hii inatumika kwa kila bima isiyo na orodha yake.
portal-policy-beneficiaries-title = Wanufaika wa bima hii
portal-policy-beneficiaries-lede = Watakaopokea malipo ya bima hii ikiwa wewe hutaweza.
portal-policy-beneficiaries-none = Hakuna aliyetajwa kwa bima hii pekee, kwa hiyo orodha yako ya jumla ya wanufaika ndiyo inayotumika.
portal-dependants-title = Wategemezi wako
portal-dependants-lede = Watoto na wengine wanaokutegemea. Maelezo yao yakiwa tayari, kuwawekea bima huwa haraka.
portal-nominee = Mtu wa { $number }
portal-nominee-name = Jina kamili
portal-nominee-relation = Ni nani kwako
portal-nominee-share = Sehemu kwa asilimia
portal-nominee-shares = Sehemu
portal-nominee-people = Watu
portal-nominee-born = Tarehe ya kuzaliwa
portal-nominee-id-number = Nambari ya kitambulisho
portal-nominee-number-help = Huhifadhiwa kwa siri na haionyeshwi yote kamwe.
portal-nominee-number-kept = Iliyohifadhiwa: { $number }. Acha wazi ili ibaki ilivyo.
portal-nominee-shares-help = Sehemu zote kwa pamoja hufikia asilimia 100.
portal-nominee-more = Ili kumwacha mtu nje, futa jina lake. Baada ya kuhifadhi kutakuwa na nafasi ya watu zaidi, hadi kumi.
portal-relation-spouse = Mke au mume
portal-relation-child = Mtoto
portal-relation-parent = Mzazi
portal-relation-sibling = Ndugu
portal-relation-other = Mtu mwingine
portal-my-privacy-title = Faragha yako
portal-my-privacy-lede = Ulichoturuhusu, na jinsi ya kukibadilisha.
portal-consents-title = Ridhaa zako
portal-consents-text = Unaweza kuondoa kila moja wakati wowote. Bima zinazoendelea zitaendelea, kwa sababu ni mkataba.
portal-consents-history = Ulichokubali na wakati wake
portal-consent-given = Imetolewa
portal-consent-not-given = Haijatolewa
portal-consent-taken-back = Imeondolewa
portal-consent-give = Kubali
portal-consent-take-back = Ondoa ridhaa
portal-consent-flash-given = Ridhaa yako imehifadhiwa.
portal-consent-flash-taken-back = Ridhaa yako imeondolewa.
# Nakala ya data yako, na kuifuta
portal-copy-title = Nakala ya data yako
portal-copy-text = Faili moja yenye kila tunachohifadhi kukuhusu: maelezo, bima, malipo, hati. Hutayarishwa ndani ya saa moja, nasi tutakuandikia ikiwa tayari.
portal-copy-ask = Tayarisha nakala yangu
portal-copy-making = Nakala yako inatayarishwa. Tutakuandikia ikiwa tayari.
portal-copy-ready = Nakala yako iko tayari. Inaweza kupakuliwa hadi { $date }.
portal-copy-download = Pakua data yangu
portal-copy-asked = Nakala yako imeanza kutayarishwa. Tutakuandikia ikiwa tayari.
portal-erasure-title = Futa akaunti yako
portal-erasure-text = Unaweza kuomba akaunti na data yako zifutwe. Tunacholazimika kisheria kuhifadhi kitafungiwa hadi miaka yake iishe.
portal-erasure-begin = Kufuta kunamaanisha nini
portal-erasure-wanted = Akaunti yako itafutwa tarehe { $date }. Kabla ya hapo unaweza kubadilisha nia.
portal-erasure-restricted = Akaunti yako imefutwa. Sheria inatutaka tuhifadhi kumbukumbu za bima na malipo yako hadi { $date }.
portal-erasure-withdraw = Acha akaunti yangu
portal-erasure-withdrawn = Akaunti yako inabaki.
portal-erasure-asked = Tutafuta akaunti yako siku za kufikiria zikipita.
portal-erasure-gone = Hutaweza tena kuingia, nasi hatutaweza tena kukuandikia.
portal-erasure-days = { $count ->
    [one] Una siku moja ya kufikiria. Kabla ya hapo unaweza kuiondoa kwa kubonyeza mara moja.
   *[other] Una siku { $count } za kufikiria. Kabla ya hapo unaweza kuiondoa kwa kubonyeza mara moja.
}
portal-erasure-goes = Kitakachoondoka
portal-erasure-goes-contact = Nambari za simu, barua pepe na anwani, maelezo na mapendeleo
portal-erasure-goes-files = Faili ulizotuma ambazo hakuna bima inayozitegemea
portal-erasure-goes-login = Nenosiri lako, vifaa na njia ya kuingia
portal-erasure-stays = Tunacholazimika kisheria kuhifadhi
portal-erasure-kept = { $what }: miaka { $years } baada ya bima au malipo yako ya mwisho ({ $source })
portal-erasure-stays-none = Ikiwa hukununua kitu kamwe, hakuna kinachohifadhiwa.
portal-erasure-held = Kwanza haya yaishe
portal-erasure-confirm = Ninaelewa kwamba haiwezi kutenduliwa baada ya siku za kufikiria.
portal-erasure-ask = Futa akaunti yangu
erasure-hold-policies = { $count ->
    [one] Bima moja bado inaendelea. Ifute, au subiri iishe.
   *[other] Bima { $count } bado zinaendelea. Zifute, au subiri ziishe.
}
erasure-hold-orders = { $count ->
    [one] Agizo moja liko wazi. Lilipe au liache.
   *[other] Maagizo { $count } yako wazi. Yalipe au yaache.
}
erasure-hold-debts = { $count ->
    [one] Kiasi kimoja bado hakijalipwa.
   *[other] Viasi { $count } bado havijalipwa.
}
erasure-hold-credits = Bado tuna deni lako. Tuambie tulitume wapi.
erasure-hold-payments = Kuna malipo yanayoendelea.
erasure-hold-refunds = Kuna pesa zako zinazorudishwa.
erasure-hold-endings = Uliomba bima moja isitishwe, na bado hatujakujibu.
portal-profile-title = Maelezo yako
portal-profile-fixed = Kama yalivyo kwenye bima zako
portal-profile-fixed-text = Kuna kosa hapa? Tutumie nakala ya kitambulisho chako, au piga simu.
portal-profile-number = Nambari ya mteja
portal-profile-alt-phone = Nambari ya pili ya simu
portal-profile-email-help = Hati hutumwa hapa. Anwani unayoingilia haitabadilika.
portal-profile-language = Kurasa, barua pepe na hati mpya zitakuja kwa lugha utakayochagua.
portal-profile-preferred-contact = Njia bora ya kukufikia
portal-profile-occupation = Kazi
portal-profile-city = Mji
portal-profile-county = Kaunti
portal-profile-postal-code = Msimbo wa posta
portal-contact-email = Barua pepe
portal-contact-sms = SMS
portal-contact-whatsapp = WhatsApp
portal-contact-phone = Simu
portal-identifier-ke-national-id = Kitambulisho cha kitaifa
portal-identifier-ke-kra-pin = PIN ya KRA
portal-identifier-ke-alien-id = Kitambulisho cha mgeni
portal-identifier-na-id = Nambari ya kitambulisho
portal-identifier-passport = Pasipoti
portal-identifier-company-registration = Nambari ya usajili
portal-security-title = Nenosiri na vifaa
portal-security-current-password = Nenosiri la sasa
portal-security-new-password = Nenosiri jipya
portal-security-change = Badilisha nenosiri
portal-security-no-password = Bado huna nenosiri. Tutatuma kiungo kwa { $email }, ambacho utatumia kuchagua nenosiri.
portal-security-send-link = Tuma kiungo
portal-phone-title = Ingia kwa simu yako
portal-phone-confirmed = { $number } imethibitishwa. Misimbo ya kuingia inaweza kutumwa kwake kwa ujumbe mfupi.
portal-phone-unconfirmed = Thibitisha nambari yako mara moja, kisha misimbo ya kuingia inaweza kutumwa kwake kwa ujumbe mfupi.
portal-phone-send = Tuma msimbo wa kuithibitisha
portal-phone-sent = Tumetuma msimbo kwa { $to } kwa ujumbe mfupi.
portal-security-sessions = Umeingia wapi
portal-security-this = kifaa hiki
portal-security-device = Kivinjari
portal-security-end-others = Ondoka kwenye vifaa vingine vyote

## Uthibitisho wa pili
portal-second-factor = Uthibitisho wa pili
portal-second-factor-off = Umezimwa. Ukiwashwa, anayejua nenosiri lako peke yake hawezi kuingia: programu kwenye simu yako hutengeneza msimbo mpya kila nusu dakika.
portal-second-factor-on = Umewashwa tangu { $since }.
portal-second-factor-take = Washa uthibitisho wa pili
portal-second-factor-take-lede = Unahitaji programu inayotengeneza misimbo. Programu nyingi za kuhifadhi manenosiri hufanya hivyo.
portal-second-factor-scan = Changanua hii kwa programu
portal-second-factor-picture = Msimbo wa QR wa siri yako. Ufunguo huohuo umeandikwa hapa chini.
portal-second-factor-tap = Uko kwenye simu hii? Ifungue kwenye programu
portal-second-factor-type = Au andika ufunguo huu kwenye programu:
portal-second-factor-code-help = Tarakimu sita, kama programu inavyozionyesha sasa.
portal-second-factor-turn-on = Washa
portal-second-factor-remove = Zima
portal-flash-second-factor-off = Uthibitisho wa pili umezimwa. Tumekuarifu kwa barua pepe.
portal-recovery-codes-title = Misimbo ya akiba
portal-recovery-codes-lede = Kila mmoja hufungua akaunti yako mara moja simu ikipotea. Iandike, au uiweke mahali unapoweka manenosiri.
portal-recovery-codes-once = Inaonyeshwa mara hii moja tu. Misimbo ya awali haitumiki tena.
portal-recovery-codes-kept = Nimeihifadhi
portal-recovery-codes-renew = Misimbo mipya ya akiba
portal-recovery-codes-left = { $count ->
    [0] Hakuna msimbo wa akiba uliobaki.
    [one] Umebaki msimbo mmoja wa akiba.
   *[other] Imebaki misimbo { $count } ya akiba.
}
portal-second-step-title = Uthibitisho wako wa pili
portal-second-step-lede = Hiyo ni sahihi. Sasa weka msimbo wa programu yako.
portal-second-step-lede-passkey = Hiyo ni sahihi. Thibitisha kwa ufunguo wako wa kuingilia, au kwa msimbo.
portal-second-step-help = Tarakimu sita za programu yako, au mmoja wa misimbo yako ya akiba.
portal-second-step-lost = Umepoteza simu na misimbo ya akiba? Tupigie simu: tutahakikisha kuwa ni wewe, kisha tuondoe uthibitisho wako wa pili.
portal-confirm-title = Je, ni wewe?
portal-confirm-lede = Jambo hili ni muhimu, kwa hivyo tunauliza tena.
portal-confirm-impossible = Chagua nenosiri kwanza: uthibitisho wa pili husimama kando yake.
portal-flash-password-changed = Nenosiri lako limebadilishwa. Umeondolewa kwenye vifaa vingine vyote.
portal-flash-link-sent = Kiungo kiko njiani kwenda kwenye barua pepe yako.
portal-flash-phone-confirmed = Nambari imethibitishwa. Unaweza kuingia kwa kuitumia.
portal-flash-session-ended = Umeondolewa kwenye kifaa hicho.
portal-flash-sessions-ended = Umeondolewa kwenye vifaa vingine vyote.

## Kupunguza orodha na kulinganisha
portal-products-narrow = Punguza orodha
portal-products-any = Yoyote
portal-products-most = Bei hadi
portal-products-up-to = Hadi { $amount }
portal-products-sort = Mpangilio
portal-products-sort-name = Kwa jina
portal-products-sort-popular = Zinazonunuliwa zaidi kwanza
portal-products-sort-rating = Zenye nyota nyingi kwanza
portal-products-sort-price-asc = Bei ya chini kwanza
portal-products-sort-price-desc = Bei ya juu kwanza
portal-products-widen = ondoa
portal-products-found = { $count ->
    [one] Bidhaa 1
   *[other] Bidhaa { $count }
}

# Menyu ya USSD. Skrini ina herufi 170, pamoja na majina na kiasi.
ussd-menu =
    { $firm }
    1. Bima zangu
    2. Lipa
    3. Nipigieni simu
    0. Maliza
ussd-stranger =
    { $firm }. Bado hatuitambui nambari hii.
    1. Nipigieni simu
    0. Maliza
ussd-bye = Asante. Kwaheri.
ussd-call-back = Asante. Tutakupigia simu kwa nambari hii.
ussd-policies =
    { $list }
    0. Rudi
ussd-policies-none =
    Kwa sasa huna bima nasi.
    0. Rudi
ussd-policy =
    { $product } { $number }
    { $state }, hadi { $day }
    { $insurer }
    0. Rudi
ussd-debts =
    Ungependa kulipia nini?
    { $list }
    0. Rudi
ussd-debts-none =
    Hakuna cha kulipa.
    0. Rudi
ussd-debt =
    { $what }: { $amount }
    1. Nitumieni ombi la malipo
    0. Rudi
ussd-debt-direct = { $amount } kwa { $what }. { $way } { $number }, akaunti { $reference }.
ussd-asked = Tunatuma ombi la { $amount } kwa simu hii. Weka PIN yako ukiulizwa.

# Kulinganisha
portal-compare-title = Linganisha
portal-compare-pick = Linganisha
portal-compare-chosen = Linganisha zilizochaguliwa
portal-compare-help = Chagua hadi tatu.
portal-compare-cut = Tatu tu zinaweza kulinganishwa pamoja; nyingine zimeachwa.
portal-compare-empty-title = Hujachagua ya kulinganisha
portal-compare-empty-text = Kwanza weka alama kwenye bidhaa mbili au tatu. Zisizouzwa tena haziwezi kulinganishwa.
portal-compare-back = Rudi kwenye orodha
portal-compare-all = Onyesha zote
portal-compare-only = Onyesha tofauti pekee
portal-compare-sheet = Kama PDF
portal-compare-sheet-note = Huu ni muhtasari wa masharti na bei za siku iliyo hapo juu. Yaliyoandikwa kwenye bima ya kampuni ndiyo yanayohesabika.
portal-compare-open = Fungua
portal-compare-price = Bei
portal-compare-by-risk = Inategemea unachokatia bima
portal-compare-terms = Masharti
portal-compare-differs = ni tofauti
portal-compare-extra = Kama nyongeza
portal-compare-up-to = Hadi { $amount }
portal-compare-remove = Ondoa
