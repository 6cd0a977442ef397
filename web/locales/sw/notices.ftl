### Yale ambayo watu wanaarifiwa: orodha iliyo nyuma ya kengele, anachotaka kila mtu kusikia, na barua pepe zinazoyabeba.

## Orodha
notices-title = Arifa
notices-bell =
    { $count ->
        [0] Arifa, hakuna ambazo hazijasomwa
        [one] Arifa, moja haijasomwa
       *[other] Arifa, { $count } hazijasomwa
    }
notices-unread = haijasomwa
notices-none = Bado hakuna kitu.
notices-all = Arifa zote
notices-read-all = Weka zote kuwa zimesomwa
notices-all-read = Arifa zote zimewekwa kuwa zimesomwa.
notices-tab-all = Zote
notices-tab-unread = Hazijasomwa
notices-tab-archived = Za zamani
notices-empty-title = Hakuna kitu hapa
notices-empty-text = Jambo linalokuhusu likitokea, utalisoma hapa.

## Anachotaka mtu kuarifiwa
notices-choices = Chagua ya kuarifiwa
notices-choices-title = Mipangilio ya arifa
notices-choices-lede = Chagua tukuarifu nini na kwa njia gani. Unaweza kubadilisha wakati wowote.
notices-choices-always = Hati, risiti na misimbo uliyoomba hutumwa kwa barua pepe kila mara.
notices-channel-in-app = Onyesha hapa, kwenye kengele
notices-channel-email = Tuma kwa barua pepe
notices-topic-policy = Bima
notices-topic-policy-detail = Bima inapoanza, inapokaribia kuisha au inapobadilishwa.
notices-topic-payment = Malipo
notices-topic-payment-detail = Tulichopokea, na kinachopaswa kulipwa.
notices-topic-claim = Madai
notices-topic-claim-detail = Dai lako limefikia wapi.
notices-topic-document = Hati
notices-topic-document-detail = Tukishakagua ulichotuma.
notices-topic-marketing = Matangazo
notices-topic-marketing-detail = Bima mpya na mapunguzo ya bei. Yamezimwa mpaka uyatake.

## Yaliyotokea
notice-policy-issued-title = Una bima
notice-policy-issued-body = { $product } inaanza { $from } hadi { $until }. Bima nambari { $number }.
notice-policy-under-review-title = Tunaikagua bima yako
notice-policy-under-review-body = Malipo yako ya { $product } yamefika. Tunaikagua bima hii kabla ya kutoa hati zake. Bima nambari { $number }.
notice-policy-approved-title = Bima yako imeidhinishwa
notice-policy-approved-body = { $product } inaanza { $from } hadi { $until }. Bima nambari { $number }.
notice-policy-declined-title = Bima yako haikuidhinishwa
notice-policy-declined-body = { $product }, bima nambari { $number }, haikuidhinishwa. Ulicholipa kinarudishwa.
notice-policy-certified-title = Cheti chako kiko tayari
notice-policy-certified-body = Kampuni ya bima imetoa cheti cha { $product }, bima nambari { $number }.
notice-policy-expiring-soon-title = Bima yako inakaribia kuisha
notice-policy-expiring-soon-body = { $product }, bima nambari { $number }, inaisha { $until }.
notice-policy-expired-title = Bima yako imeisha
notice-policy-expired-body = { $product }, bima nambari { $number }, iliisha { $until }.
notice-policy-cancelled-title = Bima imefutwa
notice-policy-cancelled-body = { $product }, bima nambari { $number }, imefutwa.
notice-payment-received-title = Malipo yamepokelewa
notice-payment-received-body = Tumepokea { $amount } ya { $number }. Asante.
notice-payment-credited-title = Malipo yako yamewekwa kama salio
notice-payment-credited-body = Tumepokea { $amount } ambayo haikuhitajika kwa agizo lolote. Ni salio lako; tutawasiliana nawe kuhusu hilo.
notice-payment-due-title = Malipo yanapaswa kufanywa kufikia { $due }
notice-payment-due-body = { $amount } ya { $number } inapaswa kulipwa kufikia { $due }.
notice-payment-overdue-title = Malipo yamechelewa
notice-payment-overdue-body = { $amount } ya { $number } ilipaswa kulipwa { $due } na bado haijalipwa.
notice-document-verified-title = Hati imekaguliwa
notice-document-verified-body = Tumekagua ulichotuma: { $document }. Kila kitu kiko sawa.

## Barua pepe
mail-notice-subject = Arifa: { $title }
mail-notice-text =
    Habari { $name },

    { $body }

    { $url }

    { $brokerage }

    Unaweza kuchagua habari tunazokutumia kwa barua pepe: { $choices }
mail-notice-payment-due-subject = { $amount } inapaswa kulipwa kufikia { $due }
mail-notice-payment-due-text =
    Habari { $name },

    { $amount } ya { $number } inapaswa kulipwa kufikia { $due }. Unaweza kulipa hapa:

    { $url }

    Kama umeshalipa, huna la kufanya.

    { $brokerage }

    Unaweza kuchagua habari tunazokutumia kwa barua pepe: { $choices }
mail-notice-payment-overdue-subject = { $amount } ilipaswa kulipwa { $due }
mail-notice-payment-overdue-text =
    Habari { $name },

    { $amount } ya { $number } ilipaswa kulipwa { $due }, na bado hatujaipokea. Tafadhali lipa ili bima yako iendelee:

    { $url }

    Kama umeshalipa, au huwezi kulipa sasa, jibu barua pepe hii nasi tutatafuta njia.

    { $brokerage }

    Unaweza kuchagua habari tunazokutumia kwa barua pepe: { $choices }
mail-notice-policy-expiring-soon-subject = Bima yako inaisha { $until }
mail-notice-policy-expiring-soon-text =
    Habari { $name },

    { $product }, bima nambari { $number }, inaisha { $until }. Baada ya siku hiyo huna ulinzi wake tena.

    Tazama bima yako, na utuombe kipindi kipya mapema:

    { $url }

    { $brokerage }

    Unaweza kuchagua habari tunazokutumia kwa barua pepe: { $choices }
