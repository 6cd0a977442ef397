# Plugins: permissions, messages of failures and of settings, what the outside said.

error-provider-rejected = Mtoa huduma amekataa: { $message }
error-provider-unavailable = Mtoa huduma hapatikani kwa sasa. Jaribu tena baada ya dakika chache.
error-provider-unknown = Mtoa huduma bado hajathibitisha kilichotokea. Tunaangalia; usirudie.
error-not-supported = Hili haliwezekani kwa huduma zilizopo: { $what }
error-integration-misconfigured = Mipangilio ya huduma ya nje inahitaji kurekebishwa: { $what }
