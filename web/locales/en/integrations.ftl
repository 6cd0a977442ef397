# Plugins: permissions, messages of failures and of settings, what the outside said.

permission-integrations-plugin-read = See plugins, their settings without secrets, and their calls
permission-integrations-plugin-manage = Install plugins, agree to their permissions, and change their settings

error-plugin-not-found = There is no such plugin.
error-plugin-not-offered = This plugin can no longer be installed.
error-plugin-consent-incomplete = Agree to every permission on the list: without one of them the plugin would fail in the middle of its work.
error-plugin-already-installed = This plugin is installed already.
error-plugin-revoked = This version of the plugin was withdrawn and does not run any more.
error-plugin-damaged = The plugin's package is not the one that was published, so it does not run. We have been told.
error-installation-not-found = There is no such installation.
error-installation-changed = Somebody else changed these settings meanwhile. Load them again, compare, and save once more.
error-installation-not-checked = Check the live settings first. Whoever changes them has to check them again.
error-installation-disabled = The plugin is switched off.
error-installation-not-activated = The provider did not accept the registration: { $reason }
error-installation-up-to-date = There is no newer version.
error-installation-needs-migration = The newer version keeps its settings in another form and cannot be taken yet.
error-call-not-found = There is no such call.

error-setting-required = Fill this in.
error-setting-unknown = The plugin does not know this setting.
error-setting-form = This does not have the right form.
error-setting-choice = Choose one of the offered values.
error-setting-type = Write a whole number here.
error-setting-least = At least { $limit }.
error-setting-most = At most { $limit }.
error-setting-long = At most { $limit } characters.
error-setting-address = Write an address that begins with https:// and names a server.
error-setting-approve-host = Confirm that the plugin may send requests to { $host }.

error-provider-rejected = The provider refused: { $message }
error-provider-unavailable = The provider cannot be reached right now. Try again in a few minutes.
error-provider-unknown = The provider has not confirmed yet what happened. We are checking; do not repeat it.
error-not-supported = This is not possible with the plugins you have: { $what }
error-integration-misconfigured = A plugin's settings have to be corrected: { $what }

## Jobs
job-integrations-health-check = Check of a plugin
job-integrations-log-purge = Removal of old call logs
job-integrations-webhook-handle = Handling of a provider's report
job-integrations-webhook-resume = Taking up reports that were not handled
