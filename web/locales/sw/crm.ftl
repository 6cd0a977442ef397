# Customers: permissions, messages of failures and of fields.

error-customer-not-found = Mteja huyo hayupo.
error-customer-changed = Mtu mwingine amebadilisha maelezo haya wakati huo huo. Yapakie tena, linganisha, kisha uhifadhi tena.
error-customer-type-fixed = Mtu binafsi hawezi kuwa kampuni, wala kampuni kuwa mtu. Fungua rekodi mpya badala yake.
error-customer-verified = Jina, tarehe ya kuzaliwa na nambari za utambulisho za mteja aliyethibitishwa hubadilishwa tu kwa uthibitisho mpya.

error-customer-name-invalid = Tumia herufi, nafasi, vistari na ritifaa tu.
error-customer-date-invalid = Tarehe hii ya kuzaliwa haiwezekani. Iandike kama mwaka-mwezi-siku.
error-customer-born-in-future = Tarehe ya kuzaliwa haijafika bado.
error-customer-too-young = Mteja lazima awe na umri wa angalau miaka 18.
error-customer-email-invalid = Hii si barua pepe.
error-customer-phone-invalid = Hii si nambari ya simu ya mkononi. Iandike kama 0712 345 678.
error-customer-contact-required = Andika nambari ya simu ya mkononi, ili tuweze kukufikia.
error-customer-id-invalid = Nambari hii haina muundo sahihi.
error-customer-id-kind = Aina hii ya nambari haimfai mteja wa aina hii.
error-customer-pin-invalid = PIN ya KRA ni herufi moja, tarakimu tisa na herufi moja.
error-customer-pin-kind = PIN ya mtu huanza na A, na ya kampuni huanza na P.

consent-data_processing = Matumizi ya data binafsi ili kupanga bima
consent-marketing_email = Habari kwa barua pepe
consent-marketing_sms = Habari kwa SMS
consent-marketing_whatsapp = Habari kwa WhatsApp
consent-marketing_phone = Habari kwa simu
# Maombi kuhusu data binafsi
error-privacy-open = Tayari uliomba hili.
error-privacy-held = Kuna kitu kinachoendelea au kinachodaiwa, kwa hiyo akaunti yako haiwezi kufutwa bado.
error-privacy-too-late = Umechelewa kuliondoa ombi hili.
mail-copy-subject = Data yako iko tayari kupakuliwa
mail-copy-text =
    Habari { $name },

    nakala ya data yako uliyoomba iko tayari. Ingia uipakue ndani ya wiki moja:

    { $url }

    Ikiwa si wewe uliyeiomba, badilisha nenosiri lako na utuambie.

    { $brokerage }
