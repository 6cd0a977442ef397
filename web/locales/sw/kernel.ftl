# What every page and operation may say, whatever it is about.

## Errors
error-validation-error = Sehemu kadhaa zinahitaji kuangaliwa tena.
error-unauthenticated = Ingia kwanza.
error-forbidden = Huruhusiwi kufanya hivi.
error-sight-limited = Unaona baadhi ya wateja tu, na hili linahusu fedha za wateja wote. Mwombe mwenzako anayeona wateja wote alifanye.
error-not-found = Haupo hapa. Huenda ukurasa umehamishwa, au ni wa akaunti nyingine.
error-malformed = Kuna kitu kwenye ombi kilichokosekana au kisichosomeka. Rudi nyuma ujaribu tena.
error-unsupported-media-type = Ombi lilitumwa kwa muundo usioeleweka hapa.
error-too-large = Kilichotumwa ni kikubwa mno. Kila faili isizidi MB 10.
error-form-expired = Fomu hii ni ya zamani mno, au ilifunguliwa kabla hujaingia au kuondoka. Rudi nyuma, pakia ukurasa tena, kisha uitume tena.
error-unavailable = Haipatikani kwa sasa. Subiri kidogo ujaribu tena.
error-internal = Hilo lilikuwa kosa letu. Tumejulishwa; hujatozwa chochote kwa ulichoandika. Jaribu tena baada ya dakika moja.
error-rate-limited = Umejaribu mara nyingi mno. Subiri sekunde { $retry_after }, kisha ujaribu tena.
error-amount-out-of-range = Kiasi hiki ni kikubwa mno.
error-setting-changed = Mtu mwingine amebadilisha mipangilio hii wakati huo huo. Ipakie tena, linganisha, kisha uhifadhi tena.
error-dead-letter-settled = Mtu mwingine ameshughulikia hili tayari.
error-version-required = Taja toleo unalobadilisha: tuma ETag yake katika kichwa If-Match.
error-version-changed = Hii imebadilika tangu uipakie. Ipakie tena, linganisha, kisha uhifadhi tena.
error-unknown-host = Hakuna kitu kwenye anwani hii. Angalia jinsi ilivyoandikwa.
error-tenant-suspended = Biashara hii imefungwa kwa sasa.
error-portal-not-open = Biashara hii bado haijafungua kurasa zake.
error-idempotency-key-missing = Kichwa Idempotency-Key hakipo.
error-idempotency-key-reused = Ombi hili lilitumwa awali likiwa na maudhui mengine. Anza upya.
error-idempotency-key-running = Ombi hilo hilo bado linashughulikiwa. Subiri kidogo.

## Errors beside fields
error-field-required = Hii inahitajika.
error-field-invalid = Hii haiwezi kuwa sahihi. Iangalie tena.
error-field-too-long = Isizidi herufi { $max }.
error-field-email = Hii si barua pepe.
error-field-phone = Hii si nambari ya simu. Iandike kama 0712 345 678.
error-field-phone-unsupported = Maombi hayawezi kutumwa kwa nambari hii. Tumia nambari ya simu ya mkononi ya nchi hii.
error-field-taken = Hii inatumika tayari.

## Errors by their kind
error-title-405 = Hilo halifanyi kazi hapa
error-text-405 = Ukurasa haukubali kilichotumwa. Rudi nyuma ujaribu tena.
error-title-412 = Mtu mwingine amekutangulia
error-text-412 = Hii ilibadilika ulipokuwa ukiitazama. Ipakie tena ulinganishe kabla ya kuhifadhi.
error-title-415 = Faili hiyo haiwezi kutumika
error-text-415 = Tuma picha (JPEG, PNG au WebP) au PDF.
error-title-422 = Hilo halikuweza kukubaliwa
error-text-422 = Kuna kitu cha kuangalia tena. Rudi nyuma ukague ulichoandika.

## Around pages
brand-licence = Leseni: { $number }
notice-preview = Hakikisho: wateja bado hawaoni kurasa hizi.

## Moments
ago-now = sasa hivi
ago-minutes = { $count ->
    [one] dakika moja iliyopita
   *[other] dakika { $count } zilizopita
}
ago-hours = { $count ->
    [one] saa moja iliyopita
   *[other] saa { $count } zilizopita
}
ago-days = { $count ->
    [one] jana
   *[other] siku { $count } zilizopita
}
in-minutes = { $count ->
    [one] baada ya dakika moja
   *[other] baada ya dakika { $count }
}
in-hours = { $count ->
    [one] baada ya saa moja
   *[other] baada ya saa { $count }
}
in-days = { $count ->
    [one] kesho
   *[other] baada ya siku { $count }
}

## Months
month-1 = Januari
month-2 = Februari
month-3 = Machi
month-4 = Aprili
month-5 = Mei
month-6 = Juni
month-7 = Julai
month-8 = Agosti
month-9 = Septemba
month-10 = Oktoba
month-11 = Novemba
month-12 = Desemba
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mac
month-short-4 = Apr
month-short-5 = Mei
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Ago
month-short-9 = Sep
month-short-10 = Okt
month-short-11 = Nov
month-short-12 = Des
