# Signing in, users and roles.

## Passkeys, of staff and customers
passkeys-title = Funguo za kuingilia
passkeys-lede = Ufunguo wa kuingilia hukaa kwenye simu, kompyuta au kifaa chako cha usalama, na hufunguka kwa kidole, uso au PIN yako. Unakuingiza bila nenosiri, na hakuna anayeweza kukulaghai akautwaa.
passkey-add = Ongeza ufunguo
passkey-add-lede = Kifaa chako kitakuomba ukifungue. Upe ufunguo jina litakalokukumbusha uko kwenye kifaa gani.
passkey-name = Jina
passkey-name-help = Kwa mfano: simu yangu.
passkey-make = Tengeneza ufunguo
passkey-added = Ufunguo umeongezwa. Tumekuarifu kwa barua pepe.
passkey-one = Ufunguo wa kuingilia
passkey-rename = Jina la ufunguo
passkey-remove = Ondoa
passkey-remove-lede = Baada ya hapo hautafungua chochote hapa. Ufute kwenye kifaa pia.
passkey-removed = Ufunguo umeondolewa. Tumekuarifu kwa barua pepe.
passkey-last-used = ulitumika mara ya mwisho
passkey-since = Tangu { $since }
passkey-used = ulitumika mara ya mwisho { $at }
passkey-enter-title = Ingia kwa ufunguo
passkey-enter-lede = Kifaa chako kitakuomba ukifungue.
passkey-use = Tumia ufunguo
passkey-other-way = Ingia kwa njia nyingine
passkey-failed = Kifaa hakikutoa ufunguo. Jaribu tena, au tumia njia nyingine.
passkey-needs-scripts = Funguo za kuingilia zinahitaji JavaScript, ambayo imezimwa kwenye kivinjari chako.
error-identity-passkey-wrong = Ufunguo huo haukukubaliwa, au muda umepita. Jaribu tena.
error-identity-passkey-known = Tayari kuna ufunguo wa akaunti hii kwenye kifaa hicho.
error-identity-no-passkey = Bado huna ufunguo wa kuingilia. Ingia kwa kutumia msimbo.
error-identity-too-many-passkeys = Una funguo nyingi kadiri inavyoruhusiwa. Ondoa mmoja kwanza.
mail-identity-phone-confirmed-subject = Nambari ya simu imethibitishwa kwa akaunti yako
mail-identity-phone-confirmed-text =
    Habari { $name },

    kuanzia sasa, misimbo ya kuingia kwenye akaunti yako kwa { $company } inaweza kutumwa kwa nambari ya simu iliyothibitishwa hivi punde.

    Ikiwa si wewe, chagua nenosiri jipya sasa na uwaarifu { $company }:
    { $url }
mail-identity-passkey-added-subject = Ufunguo umeongezwa kwenye akaunti yako
mail-identity-passkey-added-text =
    Habari { $name },

    kuanzia sasa, ufunguo mpya unafungua akaunti yako kwa { $company }. Utaombwa pia baada ya nenosiri lako.

    Ikiwa si wewe, chagua nenosiri jipya sasa na uwaarifu { $company }:
    { $url }
mail-identity-passkey-removed-subject = Ufunguo umeondolewa kwenye akaunti yako
mail-identity-passkey-removed-text =
    Habari { $name },

    mmoja wa funguo za akaunti yako kwa { $company } umeondolewa. Haufungui chochote tena.

    Ikiwa si wewe, chagua nenosiri jipya sasa na uwaarifu { $company }:
    { $url }

## Errors
error-identity-too-many-attempts = Umejaribu mara nyingi mno. Subiri sekunde { $retry_after }, kisha ujaribu tena.
error-identity-wrong-credentials = Barua pepe au nenosiri si sahihi. Jaribu tena, au uchague nenosiri jipya.
error-identity-suspended = Akaunti hii imesimamishwa. Mwombe msimamizi wa kampuni aiwashe tena.
error-identity-wrong-password = Nenosiri lako la sasa si sahihi.
error-identity-email-taken = Tayari kuna akaunti yenye barua pepe hii. Ingia kwa akaunti hiyo.
error-identity-token-invalid = Umeondolewa. Ingia tena.
error-identity-token-reused = Kipindi hiki kilikatishwa kwa sababu tokeni yake ilitumika mara mbili. Ingia tena.
error-identity-code-wrong = Msimbo huo si sahihi, au muda wake umeisha. Uangalie, au uombe mpya.
error-identity-link-wrong = Kiungo hiki kilishatumika, au ni cha zamani mno. Omba kipya.
error-identity-no-sms-channel = Ujumbe mfupi hauwezi kutumwa hapa, kwa hivyo nambari inabaki kama ulivyoiandika. Si lazima kuithibitisha.
error-identity-no-phone = Ongeza nambari ya simu kwanza.
error-identity-last-owner = Lazima mtu awe mmiliki. Mpe mtu mwingine jukumu hilo kwanza.
error-identity-own-account = Huwezi kujisimamisha mwenyewe. Mwombe msimamizi mwingine.
error-identity-more-than-own = Jukumu hilo lina uwezo kuliko wako. Mwombe mmiliki alitoe.
error-identity-status-unchanged = Akaunti iko katika hali hii tayari.
error-identity-unknown-role = Jukumu hilo halipo.
error-identity-role-name-taken = Tayari kuna jukumu lenye jina hili.
error-identity-role-of-owner = Mmiliki anaweza kufanya kila kitu. Jukumu hili linabaki lilivyo.
error-identity-role-held = Mtu fulani ana jukumu hili. Mpe jingine kwanza.
error-identity-role-changed = Mtu mwingine amebadilisha jukumu hili wakati huohuo. Litazame tena.
error-identity-preview-reads-only = Unatazama kwa macho ya jukumu lingine, kwa hivyo hakuna kinachoweza kubadilishwa. Rudi kuwa wewe kwanza.
error-identity-second-factor-wrong = Msimbo huo si sahihi, au umeshatumika. Subiri unaofuata kwenye programu yako, au utumie msimbo wa akiba.
error-identity-second-factor-on = Uthibitisho wa pili tayari umewashwa.
error-identity-second-factor-off = Hakuna uthibitisho wa pili.
error-identity-second-factor-demanded = Kampuni yako inadai uthibitisho wa pili, kwa hivyo hauwezi kuzimwa.
error-identity-log-in-again = Umechukua muda mrefu mno kuingia, au misimbo mingi mno haikuwa sahihi. Ingia tena.
error-identity-enrolment-over = Ukurasa huo ulikaa wazi muda mrefu mno. Anza upya.
error-identity-confirmation-needed = Thibitisha kwanza kuwa ni wewe.
error-identity-nothing-to-confirm-with = Hakuna nenosiri wala uthibitisho wa pili wa kuthibitishia. Chagua nenosiri kwanza.

## Errors beside fields
error-password-too-short = Tumia angalau herufi 8.
error-password-too-long = Usizidishe herufi 128.
error-password-no-digit = Ongeza tarakimu.
error-password-no-special = Ongeza alama isiyo herufi wala tarakimu, kama nafasi au kistari.
error-password-common = Hili ni mojawapo ya maneno yanayojaribiwa kwanza. Chagua jingine.
error-password-personal = Usilitengeneze kutokana na jina lako, anwani yako au jina la kampuni.
error-password-used-before = Umewahi kutumia nenosiri hili. Chagua jipya.

## Mails
mail-identity-verify-email-subject = { $code } ni msimbo wako wa { $company }
mail-identity-verify-email-text =
    Habari { $name },

    msimbo wako ni { $code }. Uandike kwenye ukurasa uliofungulia akaunti yako. Unatumika kwa dakika { $minutes }.

    Ikiwa hukuomba akaunti, puuza barua pepe hii.
mail-identity-already-registered-subject = Una akaunti kwa { $company }
mail-identity-already-registered-text =
    Habari { $name },

    mtu fulani, huenda ni wewe, amejaribu kufungua akaunti kwa anwani hii. Tayari una akaunti: ingia nayo.

    Ikiwa umesahau nenosiri, chagua jipya hapa:
    { $url }
mail-identity-sign-in-subject = { $code } ni msimbo wako wa kuingia
mail-identity-sign-in-text =
    Habari { $name },

    msimbo wako wa { $company } ni { $code }. Unatumika kwa dakika { $minutes }.

    Hakuna mtu wa { $company } atakayekuomba msimbo huu kamwe. Ikiwa hukutaka kuingia, puuza barua pepe hii.
mail-identity-reset-password-subject = Chagua nenosiri jipya
mail-identity-reset-password-text =
    Habari { $name },

    chagua nenosiri jipya la { $company } hapa:
    { $url }

    Kiungo kinatumika mara moja na kwa dakika { $minutes }. Ikiwa hukukiomba, puuza barua pepe hii: nenosiri lako litabaki kama lilivyo.
mail-identity-claim-account-subject = Akaunti yako kwa { $company }
mail-identity-claim-account-text =
    Habari { $name },

    chagua nenosiri, na utapata bima, risiti na makadirio yako wakati wowote:
    { $url }

    Kiungo kinatumika mara moja na kwa siku { $days }.
mail-identity-invitation-subject = { $company } inakualika
mail-identity-invitation-text =
    Habari { $name },

    umeongezwa kwenye wafanyakazi wa { $company }. Chagua nenosiri ili kuingia:
    { $url }

    Kiungo kinatumika mara moja na kwa siku { $days }.
mail-identity-password-changed-subject = Nenosiri lako lilibadilishwa
mail-identity-password-changed-text =
    Habari { $name },

    nenosiri la akaunti yako kwa { $company } limebadilishwa sasa hivi. Ikiwa ni wewe, hakuna la kufanya.

    Ikiwa si wewe, chagua nenosiri jipya sasa:
    { $url }
mail-identity-second-factor-on-subject = Uthibitisho wako wa pili umewashwa
mail-identity-second-factor-on-text =
    Habari { $name },

    kuanzia sasa, utaombwa msimbo wa programu yako unapoingia kwa { $company }. Vifaa vingine vyote vimeondolewa.

    Ikiwa si wewe, chagua nenosiri jipya sasa na uwaarifu { $company }:
    { $url }
mail-identity-second-factor-off-subject = Uthibitisho wako wa pili umezimwa
mail-identity-second-factor-off-text =
    Habari { $name },

    uthibitisho wa pili wa akaunti yako kwa { $company } umeondolewa. Nenosiri peke yake linatosha kuingia.

    Ikiwa hukuomba hivyo, chagua nenosiri jipya sasa, washa tena uthibitisho wa pili na uwaarifu { $company }:
    { $url }
mail-identity-recovery-code-used-subject = Msimbo wa akiba umetumika
mail-identity-recovery-code-used-text =
    Habari { $name },

    mtu ameingia kwa { $company } akitumia mmoja wa misimbo yako ya akiba. Hauwezi kutumika tena.

    Ikiwa si wewe, chagua nenosiri jipya sasa na utengeneze misimbo mipya ya akiba:
    { $url }
mail-identity-sign-in-by-phone-subject = { $code }
mail-identity-sign-in-by-phone-text = { $code } ni msimbo wako wa kuingia { $company }. Unatumika kwa dakika { $minutes }. Usimpe mtu yeyote.
mail-identity-verify-phone-subject = { $code }
mail-identity-verify-phone-text = { $code } ni msimbo wako wa { $company }. Unatumika kwa dakika { $minutes }.
