# Documents: permissions, messages of failures, names of kinds, words on letterheads and on the verification page.

error-document-too-many = Umehifadhi faili { $limit } hapa, ambazo ndizo za juu zaidi. Tuombe tupokee zaidi.
error-document-empty = Faili haina kitu. Ichague tena.
error-document-unsupported = Tuma picha (JPEG, PNG au WebP) au PDF.
error-document-too-large = Faili ni kubwa mno. Tuma PDF au picha isiyozidi MB 10 na megapikseli 50.
error-document-damaged = Picha haisomeki. Ipige au uihifadhi tena.
error-document-infected = Virusi vimepatikana kwenye faili hii. Kagua kifaa chako na utume nyingine.
error-document-busy = Faili nyingi zinasomwa sasa hivi. Jaribu tena baada ya dakika moja.
error-document-kind-not-accepted = Hati za aina hii haziwezi kutumwa hapa.
error-document-not-an-upload = Ni faili iliyotumwa na mtu tu inayoweza kuwekwa alama ya kukaguliwa.
error-document-relied-on = Hati hii tuliitoa sisi, au tayari tumeikagua. Itabaki kwenye kumbukumbu.
error-document-too-many-at-once = Chagua hati zisizozidi { $limit } kwa mara moja.
error-document-too-large-at-once = Hati hizi kwa pamoja ni zaidi ya MB { $megabytes }. Chagua chache.
error-document-template-missing = Kiolezo { $name } hakipo. Kirejeshe kutoka kwenye vile vya awali katika mipangilio.
error-document-template-faulty = Kiolezo hakifanyi kazi: { $fault }
error-storage-unavailable = Faili hazipatikani kwa sasa. Jaribu tena baada ya dakika moja.

document-kind-certificate = Cheti cha bima
document-kind-risk_note = Uthibitisho wa bima
document-kind-receipt = Risiti
document-kind-cancellation_letter = Barua ya kufuta bima
document-kind-debit_note = Hati ya deni
document-kind-statement = Taarifa ya akaunti
document-kind-remittance_advice = Taarifa ya malipo kwa kampuni ya bima
document-kind-id_copy = Nakala ya kitambulisho
document-kind-kra_pin = Cheti cha PIN ya KRA
document-kind-logbook = Kitabu cha gari (logbook)
document-kind-valuation_report = Ripoti ya tathmini ya gari
document-kind-insurer_document = Hati ya kampuni ya bima
document-kind-photo = Picha
document-kind-other = Hati nyingine

document-state-preparing = Inatayarishwa
document-state-current = Halali
document-state-replaced = Imebadilishwa na toleo jipya
document-state-cancelled = Imefutwa
document-state-removed = Imeondolewa
document-state-erased = Imefutwa kabisa
document-state-held = Inakaguliwa virusi
document-state-refused = Imekataliwa: ilikuwa na virusi

document-licence-brokerage = Wakala wa bima aliye na leseni
document-licence-lender = Mkopeshaji aliye na leseni

verify-genuine = Halali
verify-cancelled = Imefutwa
verify-expired = Muda umeisha
verify-unknown = Haijulikani
verify-genuine-text = Sisi ndio tuliotoa hati hii, na inatumika.
verify-cancelled-text = Tulitoa hati hii kisha tukaifuta. Haitoi bima tena.
verify-expired-text = Sisi ndio tuliotoa hati hii. Muda wake umeisha.
verify-unknown-text = Hakuna hati yetu iliyo na msimbo huu. Linganisha msimbo na uliochapishwa, herufi kwa herufi.
verify-replaced-text = Kuna toleo jipya la hati hii; unachokiona hapa ni toleo jipya.
