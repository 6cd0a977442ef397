# Words of the ledger: errors, permissions, states, reasons.

## Errors: journal
error-journal-unbalanced = Uandikishaji huu haulingani, kwa hivyo hakuna kilichoandikwa. Tumejulishwa.
error-journal-empty = Hakukuwa na cha kuandikisha.
error-journal-out-of-range = Kiasi ni kikubwa mno kuandikishwa.
error-journal-already-posted = Hii iliandikishwa tayari.
error-journal-already-reversed = Uandikishaji huu ulibatilishwa tayari.

## Errors: what is owed
error-receivable-already-opened = Hii inadaiwa tayari.
error-receivable-amount-not-positive = Kiasi lazima kizidi sufuri.

## Errors: payments
error-payment-already-open = Malipo ya agizo hili bado yanaendelea. Subiri matokeo yake kabla ya kulipa tena.
error-payment-method-unavailable = Njia hii ya kulipa haipatikani sasa. Chagua nyingine.
error-payment-nothing-owed = Hakuna kilichobaki kulipwa hapa.
error-payment-above-owed = Hiyo inazidi { $owed } iliyobaki kulipwa.
error-payment-currency-unsupported = Njia hii ya kulipa haikubali sarafu hiyo.
error-payment-amount-below-minimum = Kiasi cha chini kinachoweza kulipwa kwa njia hii ni { $min }.
error-payment-amount-above-maximum = Kiasi cha juu kinachoweza kulipwa kwa mara moja kwa njia hii ni { $max }. Lipa sehemu kwanza, au uchague njia nyingine.
error-payment-amount-not-whole = Njia hii ya kulipa inakubali mafungu ya { $unit } tu.
error-payment-phone-required = Andika nambari ya simu inayolipa.
error-payment-phone-unsupported = Hatuwezi kuomba pesa kwa nambari hiyo. Andika nambari ya simu ya mkononi ya nchi ya njia hii ya kulipa.
error-payment-email-required = Andika barua pepe kwa njia hii ya kulipa.
error-payment-not-unknown = Ni malipo ambayo matokeo yake hayajulikani tu yanayoweza kukamilishwa kwa mkono.
field-phone-unsupported = Si nambari ya simu ya mkononi inayoweza kulipa kwa njia hii
field-receipt-taken = Ni ya malipo mengine

## Errors: receipts and statements
error-receipt-not-open = Risiti hii ilishughulikiwa tayari.
error-receipt-not-proven = Pesa hizi bado haziko kwenye taarifa yoyote. Ingiza taarifa ya siku yake kwanza.

## Errors: refunds
error-refund-above-credit = Hiyo ni zaidi ya kilichobaki kwenye salio hili: { $left }.
error-refund-balance-used = Salio la mteja limetumika wakati huo huo. Kimebaki { $left }.
error-refund-same-person = Mtu mwingine lazima aidhinishe ulichoomba wewe.
error-refund-wrong-state = Marejesho haya yamebadilika wakati huo huo. Yapakie tena.
error-refund-reference-taken = Marejesho mengine yamelipwa kwa nambari hii ya kumbukumbu.
error-refund-changed = Mtu mwingine amebadilisha marejesho haya wakati huo huo. Yapakie tena.
refund-paid-in-future = Hayawezi kuwa yamelipwa siku ambayo haijafika.
error-statement-unreadable = Faili hii si taarifa tunayoweza kusoma: { $detail }
error-statement-too-long = Faili hii ina mistari zaidi ya { $max }. Pakua kipindi kifupi zaidi.

# Njia za kupokea pesa kwa mkono
taking-method-cash = Pesa taslimu
taking-method-cheque = Hundi
taking-method-bank-transfer = Uhamisho wa benki
taking-method-mobile-money = Pesa kwa simu

## States of a payment
payment-state-created = Inatumwa
payment-state-submitted = Inatumwa
payment-state-pending = Inasubiri anayelipa
payment-state-received = Imelipwa
payment-state-failed = Haikulipwa
payment-state-expired = Haikulipwa kwa wakati
payment-state-unknown = Matokeo hayajulikani

## The same for who pays: what happened, and what to do now
payment-failed-cancelled = Ombi lilighairiwa kwenye simu. Lipa tena ukiwa tayari.
payment-failed-insufficient-funds = Hakukuwa na pesa za kutosha kwenye akaunti. Ongeza pesa ulipe tena, au ulipe kwa nambari nyingine.
payment-failed-declined = Benki ilikataa malipo. Jaribu kadi nyingine, au lipa kwa njia nyingine.
payment-failed-no-answer = Simu haikupatikana, au hakuna aliyejibu kwa wakati. Hakikisha imewashwa na ina mtandao, kisha ulipe tena.
payment-failed-wrong-pin = PIN haikuwa sahihi. Lipa tena na uiweke kwa uangalifu: ukikosea mara nyingi inaweza kufungwa.
payment-failed-limit = Kiasi hiki kimevuka kikomo cha akaunti hii kwa malipo moja au kwa siku. Lipa kwa nambari nyingine, au ujaribu tena kesho.
payment-failed-busy = Ombi jingine la malipo lilikuwa bado wazi. Subiri dakika mbili, kisha ulipe tena.
payment-failed-refused = Malipo kutoka kwa nambari hii hayakubaliwi. Lipa kwa nambari nyingine, au utupigie simu.
payment-failed-other = Huduma ya malipo haikuweza kuchukua pesa. Jaribu tena baada ya dakika chache; ikishindikana tena, tupigie simu.

## Why money bought nothing
credit-reason-amount-differs = Si kiasi kilichoombwa
credit-reason-already-settled = Imelipwa mara ya pili
credit-reason-payable-closed = Ilifika baada ya kufungwa
credit-reason-overpaid = Inazidi kilichobaki kulipwa
credit-reason-on-account = Imelipwa kwenye akaunti
credit-reason-assigned = Imegawiwa na wafanyakazi
credit-state-open = Inasubiri uamuzi
credit-state-handled = Imekamilika
refund-state-due = Yanasubiri kuidhinishwa
refund-state-approved = Yanasubiri kulipwa
refund-state-paid = Yamelipwa
refund-state-returned = Hayakulipwa
refund-method-bank_transfer = Uhamisho wa benki
refund-method-cash = Pesa taslimu
refund-method-mobile_money = Pesa za simu
refund-method-original = Kupitia malipo ya awali

## Paying without having been asked: numbers that payers type themselves
direct-title = Au lipa bila kusubiri ombi
direct-text = Tuma pesa mwenyewe kwa nambari hizi. Malipo yataonekana hapa dakika chache baada ya kufika.
direct-choice = Nitatuma pesa mwenyewe
direct-choice-text = Utaona nambari za kulipia kwenye ukurasa unaofuata. Bima inaanza pesa zikishafika.
direct-paybill = Nambari ya paybill
direct-till = Nambari ya till
direct-bank-account = Akaunti ya benki
direct-reference = Nambari ya akaunti
direct-nameless = Nambari hii haichukui kumbukumbu. Tuambie msimbo wa malipo yako, nasi tutayaandika kwa jina lako.

## What is owed
receivable-state-open = Inadaiwa
receivable-state-settled = Imelipwa
receivable-state-closed = Imefungwa
