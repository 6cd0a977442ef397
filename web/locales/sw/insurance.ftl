# Insurance: permissions, messages of failures and of fields, words of quotes.

error-product-not-found = Bima hiyo haipo.
error-product-withdrawn = Bima hii haiuzwi tena. Linganisha nyingine badala yake.
error-product-changed = Mtu mwingine amebadilisha bima hii wakati huo huo. Ipakie tena, linganisha, kisha uhifadhi tena.
error-product-terms-faulty = Masharti hayalingani: { $faults }.
error-product-nothing-drafted = Hakuna rasimu ya bima hii. Badilisha bei au fidia yake kwanza.
error-product-draft-changed = Mtu mwingine amebadilisha rasimu hii wakati huo huo. Ipakie tena, linganisha, kisha uhifadhi tena.
error-product-nothing-changed = Rasimu inasema sawa na masharti yanayotumika. Badilisha kitu kwanza, au uitupe.
error-product-version-not-planned = Toleo hili linatumika tayari, au liliondolewa. Badilisha bei badala yake.
error-product-code-taken = Kuna bima yenye jina hili tayari.
error-product-name-unusable = Tumia angalau herufi au tarakimu moja ya alfabeti ya Kilatini.
error-product-effective-from-invalid = Kuanzia leo, isizidi mwaka mmoja ujao.
error-category-not-found = Aina hiyo ya bima haipo.
error-insurer-not-found = Kampuni hiyo ya bima haipo.
error-insurer-contract-backwards = Makubaliano yanaisha kabla ya kuanza.
error-insurer-name-taken = Kuna kampuni ya bima yenye jina hili tayari.
error-insurer-name-unusable = Tumia angalau herufi au tarakimu moja ya alfabeti ya Kilatini.
error-insurer-changed = Mtu mwingine amebadilisha kampuni hii ya bima wakati huo huo. Ipakie tena, linganisha, kisha uhifadhi tena.
error-insurer-contact-not-found = Mtu huyo wa kuwasiliana naye hayupo.
error-insurer-email-invalid = Hii si barua pepe.
error-insurer-website-invalid = Andika anwani nzima, ukianza na https://
error-insurer-instalments-wrong = Andika nambari kuanzia 1 hadi 12.

error-cover-lines-differ = Andika mistari sawa na ya Kiingereza, au usiandike wowote.
error-figure-invalid = Andika nambari, kama 4.5, au viwango kama vinavyoonyeshwa.
error-figure-twice = Nambari hii iko mara mbili kwenye jedwali; mstari wa kwanza ndio unaohesabiwa.
error-figure-unknown = Bima hii haina nambari hiyo.
error-sheet-not-text = Hii si faili ya CSV. Hifadhi jedwali kama CSV (UTF-8), kisha upakie hilo.
error-sheet-unreadable = Faili haisomeki kama CSV. Hifadhi jedwali kama CSV (UTF-8), kisha upakie hilo.
error-sheet-columns-missing = Mstari wa kwanza lazima utaje safu product, figure na value.
error-sheet-too-long = Mistari isizidi 5,000 kwa mara moja.

error-quote-not-found = Makadirio hayo hayapo.
error-quote-expired = Makadirio haya yalitumika hadi { $date }. Omba tena kwa majibu yale yale upate bei ya leo.
error-quote-nothing-for-sale = Kwa sasa hakuna bima inayouzwa hapa.
error-quote-declined = Kampuni hii ya bima haikubali hatari hii. Chagua bei nyingine.
error-quote-unknown-add-on = Bima hii haina nyongeza ya { $add_on }.
error-quote-too-many-products = Omba bei za bima zisizozidi 20 kwa wakati mmoja.
error-quote-mixed-categories = Bima hizo ni za aina tofauti. Omba bei za kila aina peke yake.
error-quote-asked = Taja aina ya bima au bima kadhaa.

error-quote-answer-one-of = Andika nambari ya gari, au nambari ya chasisi ikiwa gari bado halina nambari.
error-quote-answer-too-long = Haya ni marefu mno.
error-quote-answer-plate = Hii si nambari ya gari. Iandike kama KDA 123A.
error-quote-answer-chassis = Nambari ya chasisi ina herufi na tarakimu 6 hadi 17.
error-quote-answer-money = Andika kiasi, kama 1,500,000.
error-quote-answer-number = Andika nambari kamili.
error-quote-answer-too-small = Hii ni ya chini mno.
error-quote-answer-too-large = Hii ni ya juu mno.
error-quote-answer-date = Tarehe hii haiwezekani. Iandike kama mwaka-mwezi-siku.
error-quote-answer-choice = Chagua mojawapo ya majibu.
error-quote-answer-unknown = Hakuna bima inayouliza hili.

quote-decline-vehicle-too-old = Kampuni hii hukubali magari yasiyozidi miaka { $limit }.
quote-decline-sum-too-low = Kampuni hii huwekea bima kiasi kuanzia { $limit }.
quote-decline-sum-too-high = Kampuni hii huwekea bima kiasi kisichozidi { $limit }.
quote-decline-use-not-accepted = Kampuni hii haikubali jibu lako kwa “{ $question }”.
quote-decline-number-not-accepted = Kampuni hii hukubali { $limit } kwa “{ $question }”.
quote-decline-age-not-accepted = Kampuni hii hukubali watu wa umri wa miaka { $limit }.

product-state-draft = Bado haiuzwi
product-state-active = Inauzwa
product-state-withdrawn = Haiuzwi tena
insurer-kind-underwriter = Kampuni ya bima
insurer-kind-reinsurer = Kampuni ya bima mtawalia
insurer-kind-broker = Wakala wa bima
insurer-state-active = Inatumika
insurer-state-inactive = Haitumiki
catalogue-sample = Viwango vya mfano, si vya kampuni
quote-line-premium = Ada ya bima
quote-line-add_on = Nyongeza
quote-line-loading = Ongezeko
quote-line-discount = Punguzo
quote-line-levy = Tozo
quote-line-duty = Ushuru
quote-line-rounding = Ukadiriaji
