//! The installation's plain settings, and the names under which the provider keeps a contract. Keys are those of `plugin.toml`.

use wakala_plugin_sdk::PluginError;

/// A merchant and its products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub merchant: String,
    pub currency: String,
    /// Collected without the payer's consent, by a plan of the provider.
    pub contract_products: Vec<String>,
    /// Collected once the payer agreed.
    pub mandate_products: Vec<String>,
}

impl Settings {
    /// Reads the settings through `get`, which answers by key.
    ///
    /// # Errors
    /// `misconfigured` with the key of the first setting that cannot be used.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, PluginError> {
        let word = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        let merchant = get("merchant").unwrap_or_default().trim().to_owned();
        if !word(&merchant) {
            return Err(PluginError::misconfigured("merchant", "Enter your merchant number"));
        }
        let list = |key: &str| -> Result<Vec<String>, PluginError> {
            let given: Vec<String> = serde_json::from_str(&get(key).unwrap_or_else(|| "[]".to_owned())).unwrap_or_default();
            let codes: Vec<String> = given.iter().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
            if codes.iter().all(|code| word(code)) {
                Ok(codes)
            } else {
                Err(PluginError::misconfigured(key, "A product code has letters and digits"))
            }
        };
        let (contract_products, mandate_products) = (list("contract_products")?, list("mandate_products")?);
        if contract_products.is_empty() && mandate_products.is_empty() {
            return Err(PluginError::misconfigured("contract_products", "Enter at least one product of your contract"));
        }
        if let Some(twice) = contract_products.iter().find(|code| mandate_products.contains(code)) {
            return Err(PluginError::misconfigured("mandate_products", format!("{twice} is either with or without the payer's consent")));
        }
        let currency = get("currency").unwrap_or_else(|| "NAD".to_owned());
        Ok(Self { merchant, currency, contract_products, mandate_products })
    }

    /// Whether the payer has to agree first.
    ///
    /// # Errors
    /// `rejected` `not-found` for a product that the settings do not have.
    pub fn needs_consent(&self, product: &str) -> Result<bool, PluginError> {
        let has = |list: &[String]| list.iter().any(|code| code == product);
        match (has(&self.contract_products), has(&self.mandate_products)) {
            (true, _) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => Err(PluginError::rejected("not-found", format!("{product} is no product of the settings"))),
        }
    }

    /// The product, where there is only one.
    pub fn only_product(&self) -> Option<&str> {
        let mut all = self.contract_products.iter().chain(&self.mandate_products);
        all.next().filter(|_| all.next().is_none()).map(String::as_str)
    }
}

/// All it takes to find a contract again, in one text: `product/merchant/client/contract`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub product: String,
    pub merchant: String,
    pub client: String,
    pub contract: String,
}

impl Place {
    /// Where a new mandate of ours will live. Each has a client of its own, so that none is ever confused with another.
    pub fn of(settings: &Settings, product: &str, reference: &str) -> Self {
        Self { product: product.into(), merchant: settings.merchant.clone(), client: reference.into(), contract: reference.into() }
    }

    /// By the provider's name of it, or by ours where there is only one product.
    ///
    /// # Errors
    /// `unsupported` if that does not suffice; `rejected` `not-found` for a contract of another merchant number.
    pub fn find(settings: &Settings, reference: &str, provider_ref: Option<&str>) -> Result<Self, PluginError> {
        let place = match provider_ref {
            Some(text) => Self::read(text).ok_or_else(|| PluginError::rejected("not-found", "no contract of this provider"))?,
            None => {
                let product =
                    settings.only_product().ok_or_else(|| PluginError::Unsupported("a contract is found by product and merchant".into()))?;
                Self::of(settings, product, reference)
            }
        };
        if place.merchant != settings.merchant {
            return Err(PluginError::rejected("not-found", format!("the contract belongs to merchant number {}", place.merchant)));
        }
        settings.needs_consent(&place.product)?;
        Ok(place)
    }

    fn read(text: &str) -> Option<Self> {
        let (product, rest) = text.split_once('/')?;
        let (merchant, rest) = rest.split_once('/')?;
        // Numbers of clients that others registered may have a slash.
        let (client, contract) = rest.rsplit_once('/')?;
        let whole = [product, merchant, client, contract].iter().all(|part| !part.is_empty());
        whole.then(|| Self { product: product.into(), merchant: merchant.into(), client: client.into(), contract: contract.into() })
    }

    pub fn text(&self) -> String {
        format!("{}/{}/{}/{}", self.product, self.merchant, self.client, self.contract)
    }
}

/// Where the provider is reached: real money, or its test system.
pub fn base_url(live: bool) -> &'static str {
    if live { "https://realpaycollect.com:4448/rpp/rpws" } else { "https://uat.realpaycollect.com:4448/rpi/rpws" }
}

#[cfg(test)]
pub fn sample() -> Settings {
    Settings { merchant: "10001".into(), currency: "NAD".into(), contract_products: vec!["ENDONA".into()], mandate_products: vec!["ABSADC".into()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_field(pairs: &[(&str, &str)]) -> Option<String> {
        match Settings::read(|key| pairs.iter().find(|(have, _)| *have == key).map(|(_, value)| (*value).to_owned())) {
            Err(PluginError::Misconfigured(error)) => Some(error.field),
            _ => None,
        }
    }

    #[test]
    fn the_setting_that_is_wrong_is_named() {
        assert_eq!(wrong_field(&[]).as_deref(), Some("merchant"));
        assert_eq!(wrong_field(&[("merchant", "10001")]).as_deref(), Some("contract_products"));
        assert_eq!(wrong_field(&[("merchant", "10001"), ("contract_products", r#"["a/b"]"#)]).as_deref(), Some("contract_products"));
        let both = [("merchant", "10001"), ("contract_products", r#"["A"]"#), ("mandate_products", r#"["A"]"#)];
        assert_eq!(wrong_field(&both).as_deref(), Some("mandate_products"));
        assert_eq!(wrong_field(&[("merchant", "10001"), ("mandate_products", r#"["ABSADC"]"#)]), None);
    }

    #[test]
    fn a_contract_is_found_again_by_its_place() {
        let settings = sample();
        let place = Place::of(&settings, "ENDONA", "P42C1");
        assert_eq!(place.text(), "ENDONA/10001/P42C1/P42C1");
        assert_eq!(Place::find(&settings, "P42C1", Some(&place.text())), Ok(place));
        let old = Place::find(&settings, "P42C1", Some("ENDONA/10001/P-42/2/P42C1")).expect("a place");
        assert_eq!((old.client.as_str(), old.contract.as_str()), ("P-42/2", "P42C1"));
        assert!(matches!(Place::find(&settings, "P42C1", None), Err(PluginError::Unsupported(_))));
        for elsewhere in ["ENDONA/10002/P42C1/P42C1", "OTHER/10001/P42C1/P42C1", "P42C1"] {
            assert!(
                matches!(Place::find(&settings, "P42C1", Some(elsewhere)), Err(PluginError::Rejected(r)) if r.code == "not-found"),
                "{elsewhere}"
            );
        }
    }
}
