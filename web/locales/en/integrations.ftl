# Plugins: permissions, messages of failures and of settings, what the outside said.

permission-integrations-plugin-read = See plugins, their settings without secrets, and their calls
permission-integrations-plugin-manage = Install plugins, agree to their permissions, and change their settings

permission-integrations-plugin-publish = Publish plugins for other offices: keys, packages, and withdrawing versions
permission-integrations-plugin-review = Decide about plugins for all offices: only at the office of those who run the platform

error-plugin-not-found = There is no such plugin.
error-plugin-not-offered = This plugin can no longer be installed.
error-plugin-consent-incomplete = Agree to every permission on the list: without one of them the plugin would fail in the middle of its work.
error-plugin-already-installed = This plugin is installed already.
error-plugin-revoked = This version of the plugin was withdrawn and does not run any more.
error-plugin-stopped = The platform has stopped this plugin for now, and is looking into it. Nothing has to be done here.
error-plugin-state = That is not possible in the state the plugin's version is in.
error-plugin-share-limited = The platform offers this version to at most { $most } of 100 offices. Ask for more from those who review plugins.
error-plugin-stop-not-found = There is no such stop, or it is over.
error-plugin-damaged = The plugin's package is not the one that was published, so it does not run. We have been told.
## Publishing
error-publisher-none = This office does not publish plugins yet. Choose a handle and a name first: under Plugins, Publishing.
error-publisher-handle-taken = Another publisher has this handle.
error-publisher-handle-fixed = A publisher's handle stays as it is: manifests and installations name it.
error-publisher-key-not-found = There is no such key, or it is out of use already.
error-publisher-key-taken = This key is in use already. Make one of your own for every publisher.
error-publisher-key-too-many = Ten keys are in use. Take one out of use first.
error-submission-not-found = There is no such package.
error-submission-refused = The package is refused: { $reason }
error-submission-unknown-key = No key of this publisher that is in use has signed the package. Sign it, or add the key under Plugins, Publishing, Keys.
error-submission-other-publisher = The manifest names another publisher.
error-submission-name-taken = The plugin's name belongs to another publisher, or it was published as another kind of plugin.
error-submission-version-published = This version is in the catalogue, and versions never change. Raise its number.
error-submission-version-lower = A higher version is in the catalogue. Raise the number above it.
error-submission-state = That is not possible in the state the package is in.
error-submission-own-work = Whoever handed a package in does not review it.
error-submission-replaced = Its publisher has handed in another package since you read this one. Look at it anew.
error-submission-own-office = This office published the package itself, so somebody else has to review it.
error-submission-not-examined = The machine has not passed this package yet.

error-installation-not-found = There is no such installation.
error-installation-changed = Somebody else changed these settings meanwhile. Load them again, compare, and save once more.
error-installation-not-checked = Check the live settings first. Whoever changes them has to check them again.
error-installation-disabled = The plugin is switched off.
error-installation-held = The plugin is held: let it go on first.
error-installation-not-held = The plugin is not held.
error-installation-not-live = Only a live plugin can be held.
error-installation-still-on = Switch the plugin off first.
error-installation-under-way = { $count } payments and payouts of this plugin have no outcome yet, or were reported and not read yet. Only the plugin can ask for it and read it: wait, or settle them by hand.
error-installation-not-activated = The provider did not accept the registration: { $reason }
error-installation-up-to-date = There is no newer version.
error-installation-no-way-back = There is no earlier version to go back to.
error-installation-not-migrated = The newer version could not take over your settings: { $reason }. Nothing was changed. Tell the plugin's publisher, and go on with the version you have.
error-installation-needs-settings = The newer version needs other live settings: { $fields }. Go back to the test settings, take the version, complete and check the live settings, and go live again.
error-installation-waits = The plugin's last calls failed, so the next one waits a while. Try again in a few minutes.
error-installation-over-calls = The plugin has made as many calls today as it may. It begins nothing new before tomorrow, or before the limit is raised.
error-installation-over-messages = The plugin has sent as many messages today as it may. It sends more tomorrow, or once the limit is raised.
error-installation-over-money = The plugin has moved as much money today as it may. It moves more tomorrow, or once the limit is raised.
error-call-not-found = There is no such call.
error-delivery-not-found = There is no such delivery.
error-delivery-not-readable = Only what was refused or given up, and is still kept, can be read again.
error-route-not-found = There is no such rule.
error-route-changed = Somebody else changed this rule meanwhile. Load it again, compare, and save once more.
error-route-too-many = There are 200 rules already. Remove one first.
error-route-to-below-from = This is less than the smallest payment of the rule.
error-route-method-unknown = The chosen plugin does not offer this way to pay.

error-field-public-key = A public key is one line: ed25519: and 44 characters behind it.
error-field-share = Write a whole number from 0 to 100.
error-setting-required = Fill this in.
error-setting-unknown = The plugin does not know this setting.
error-setting-form = This does not have the right form.
error-setting-choice = Choose one of the offered values.
error-setting-type = Write a whole number here.
error-setting-least = At least { $limit }.
error-setting-most = At most { $limit }.
error-setting-long = At most { $limit } characters.
error-setting-pem-certificate = There is no certificate in it that can be read. It has to be in PEM form: text that begins with -----BEGIN CERTIFICATE-----.
error-setting-pem-key = There is no private key in it that can be used. It has to be in PEM form, and not locked by a pass phrase.
error-setting-pem-mismatch = The private key does not belong to the certificate. Put the certificate first, its chain after it, and its own key.
error-setting-address = Write an address that begins with https:// and names a server.
error-setting-approve-host = Confirm that the plugin may send requests to { $host }.

error-provider-rejected = The provider refused: { $message }
error-provider-unavailable = The provider cannot be reached right now. Try again in a few minutes.
error-provider-unknown = The provider has not confirmed yet what happened. We are checking; do not repeat it.
error-not-supported = This is not possible with the plugins you have: { $what }
error-integration-misconfigured = A plugin's settings have to be corrected: { $what }

## Jobs
job-integrations-health-check = Check of a plugin
job-integrations-upgrade-guard = Watch over new versions of plugins
job-integrations-calls-tally = Counting of plugin calls
job-integrations-log-purge = Removal of old call logs
job-integrations-package-examine = Examining a package of a publisher
job-integrations-provider-poll = Asking a provider for news
job-integrations-webhook-handle = Handling of a provider's report
job-integrations-webhooks-handle = Handling of a provider's reports that came together
job-integrations-webhook-resume = Taking up reports that were not handled
