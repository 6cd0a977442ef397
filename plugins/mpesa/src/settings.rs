//! The installation's plain settings, read into what requests need. Keys are those of `plugin.toml`; nothing secret passes here.

use wakala_plugin_sdk::PluginError;

use crate::phone;

/// The business that is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Paybill number, or the head office's number for tills.
    pub shortcode: String,
    /// Who receives: the paybill itself, or the till.
    pub receiver: String,
    /// The provider's word for paybill or till.
    pub transaction_type: &'static str,
}

impl Settings {
    /// Reads the settings through `get`, which answers by key.
    ///
    /// # Errors
    /// `misconfigured` with the key of the first setting that cannot be used.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, PluginError> {
        let number = |key: &str, name: &str| {
            let value = get(key).unwrap_or_default().trim().to_owned();
            let fits = (5..=7).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
            if fits { Ok(value) } else { Err(PluginError::misconfigured(key, format!("{name} has five to seven digits"))) }
        };
        let shortcode = number("shortcode", "The short code")?;
        match get("transaction_type").as_deref().unwrap_or("paybill") {
            "paybill" => Ok(Self { receiver: shortcode.clone(), shortcode, transaction_type: "CustomerPayBillOnline" }),
            "till" => Ok(Self { receiver: number("till", "The till number")?, shortcode, transaction_type: "CustomerBuyGoodsOnline" }),
            _ => Err(PluginError::misconfigured("transaction_type", "Choose paybill or till")),
        }
    }
}

/// What the provider does with a payment that somebody typed in at the phone while nobody here can be asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedPayments {
    /// They are not watched at all.
    Off,
    /// It is taken.
    Completed,
    /// It is turned down.
    Cancelled,
}

impl TypedPayments {
    /// Reads the setting through `get`.
    ///
    /// # Errors
    /// `misconfigured` for a word that is none of its choices.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, PluginError> {
        match get("typed_payments").as_deref().unwrap_or("off") {
            "off" => Ok(Self::Off),
            "completed" => Ok(Self::Completed),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(PluginError::misconfigured("typed_payments", "Choose off, completed or cancelled")),
        }
    }
}

/// The name of the API user, if there is one.
pub fn initiator(get: impl Fn(&str) -> Option<String>) -> Option<String> {
    get("initiator").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The phone number under which the short code may ask what it was paid, if it may.
///
/// # Errors
/// `misconfigured` for what is no number of a phone.
pub fn nominated_number(get: impl Fn(&str) -> Option<String>) -> Result<Option<String>, PluginError> {
    let typed = get("nominated_number").map(|number| number.trim().to_owned()).filter(|number| !number.is_empty());
    let wrong = |_| PluginError::misconfigured("nominated_number", "Write a Kenyan mobile number, such as 0712 345 678");
    typed.map(|number| phone::normalise(&number).map_err(wrong)).transpose()
}

/// Where the provider is reached: real money, or its sandbox.
pub fn base_url(live: bool) -> &'static str {
    if live { "https://api.safaricom.co.ke" } else { "https://sandbox.safaricom.co.ke" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, PluginError> {
        Settings::read(|key| pairs.iter().find(|(have, _)| *have == key).map(|(_, value)| (*value).to_owned()))
    }

    fn wrong_field(pairs: &[(&str, &str)]) -> Option<String> {
        match read(pairs) {
            Err(PluginError::Misconfigured(error)) => Some(error.field),
            _ => None,
        }
    }

    #[test]
    fn a_paybill_receives_on_its_own_number() {
        let settings = read(&[("shortcode", "600111")]).expect("complete settings");
        assert_eq!((settings.receiver.as_str(), settings.transaction_type), ("600111", "CustomerPayBillOnline"));
    }

    #[test]
    fn a_till_receives_under_its_head_office() {
        let settings = read(&[("shortcode", "600111"), ("transaction_type", "till"), ("till", "5200111")]).expect("complete settings");
        assert_eq!((settings.shortcode.as_str(), settings.receiver.as_str()), ("600111", "5200111"));
        assert_eq!(settings.transaction_type, "CustomerBuyGoodsOnline");
    }

    #[test]
    fn payments_typed_at_the_phone_are_watched_only_on_request() {
        let read = |word: Option<&str>| TypedPayments::read(|_| word.map(str::to_owned));
        assert_eq!(read(None).ok(), Some(TypedPayments::Off));
        assert_eq!(read(Some("cancelled")).ok(), Some(TypedPayments::Cancelled));
        assert!(matches!(read(Some("perhaps")), Err(PluginError::Misconfigured(error)) if error.field == "typed_payments"));
    }

    #[test]
    fn a_nominated_number_is_a_phone_or_nothing() {
        let read = |word: Option<&str>| nominated_number(|_| word.map(str::to_owned));
        assert_eq!(read(None).ok(), Some(None));
        assert_eq!(read(Some(" ")).ok(), Some(None));
        assert_eq!(read(Some("0700 000 111")).ok(), Some(Some("254700000111".to_owned())));
        assert!(matches!(read(Some("600111")), Err(PluginError::Misconfigured(error)) if error.field == "nominated_number"));
    }

    #[test]
    fn the_setting_that_is_wrong_is_named() {
        assert_eq!(wrong_field(&[]).as_deref(), Some("shortcode"));
        assert_eq!(wrong_field(&[("shortcode", "60O111")]).as_deref(), Some("shortcode"));
        assert_eq!(wrong_field(&[("shortcode", "600111"), ("transaction_type", "till")]).as_deref(), Some("till"));
        assert_eq!(wrong_field(&[("shortcode", "600111"), ("transaction_type", "cash")]).as_deref(), Some("transaction_type"));
    }
}
