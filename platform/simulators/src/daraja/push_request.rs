//! Reading a push (and the credentials it shares with the query) as strictly as the provider does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::callback_url;
use super::config::{Merchant, Route, is_shortcode};
use super::core::Inner;
use super::eat;
use super::gateway::{Caller, Fields, Refusal, is_phone};

/// Documented, though longer ones were accepted.
const DOCUMENTED_REFERENCE: usize = 12;
/// Documented, though longer ones were accepted.
const DOCUMENTED_DESCRIPTION: usize = 13;
/// Longest text that reaches a phone; above it the push fails with 1025.
const LONGEST_TEXT: usize = 182;

/// A push whose fields are in order.
#[derive(Debug)]
pub(crate) struct PushRequest {
    pub credentials: Credentials,
    pub transaction_type: String,
    pub amount: u64,
    pub party_b: String,
    pub phone: String,
    pub callback_url: String,
    pub account_reference: String,
    pub description: String,
}

/// What proves that the caller owns the shortcode.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub shortcode: String,
    password: String,
    timestamp: String,
}

impl Credentials {
    pub fn read(fields: &Fields) -> Result<Self, Refusal> {
        Ok(Self {
            shortcode: fields.checked("BusinessShortCode", is_shortcode)?,
            password: fields.checked("Password", |_| true)?,
            timestamp: fields.checked("Timestamp", |_| true)?,
        })
    }

    /// The merchant, if the shortcode is the caller's and the password is the one it must be.
    pub fn merchant<'a>(&self, inner: &'a Inner, caller: &Caller) -> Result<&'a Merchant, Refusal> {
        if !inner.is_known_shortcode(&self.shortcode) {
            return Err(Refusal::merchant("Merchant does not exist"));
        }
        let merchant = inner
            .merchant(&caller.consumer_key, &self.shortcode)
            .ok_or_else(|| Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"))?;
        let expected = STANDARD.encode(format!("{}{}{}", merchant.shortcode, merchant.passkey, self.timestamp));
        if !eat::is_timestamp(&self.timestamp) || self.password != expected {
            return Err(Refusal::merchant("[MerchantValidate] - Wrong credentials"));
        }
        Ok(merchant)
    }
}

impl PushRequest {
    pub fn read(fields: &Fields, routes: &[Route]) -> Result<Self, Refusal> {
        let credentials = Credentials::read(fields)?;
        let known = |kind: &str| matches!(kind, "CustomerPayBillOnline" | "CustomerBuyGoodsOnline");
        let transaction_type = fields.checked("TransactionType", known)?;
        let amount = fields.amount("Amount")?;
        fields.checked("PartyA", is_phone)?;
        let party_b = fields.checked("PartyB", is_shortcode)?;
        let phone = fields.checked("PhoneNumber", is_phone)?;
        let callback_url = fields.checked("CallBackURL", |text| callback_url::is_public_https(text, routes))?;
        let account_reference = fields.checked("AccountReference", |_| true)?;
        // The provider calls a missing TransactionDesc by another field's name.
        let description = fields.text("TransactionDesc").ok_or_else(|| Refusal::field("Remarks"))?;
        Ok(Self { credentials, transaction_type, amount, party_b, phone, callback_url, account_reference, description })
    }

    /// The receiving party must be the shortcode (paybill) or the merchant's till (buy goods).
    pub fn check_receiver(&self, merchant: &Merchant) -> Result<(), Refusal> {
        let expected = match (self.transaction_type.as_str(), &merchant.till) {
            ("CustomerBuyGoodsOnline", Some(till)) => till,
            _ => &merchant.shortcode,
        };
        if &self.party_b == expected { Ok(()) } else { Err(Refusal::field("PartyB")) }
    }

    /// Whether the text for the phone exceeds what can be sent.
    pub fn is_too_long(&self, business: &str) -> bool {
        let text = format!(
            "Do you want to pay Ksh.{} to {business} Account no. {}? {} Enter M-PESA PIN:",
            self.amount, self.account_reference, self.description
        );
        text.chars().count() > LONGEST_TEXT
    }

    /// Departures from the documentation that the provider lets pass.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut longer = |what: &str, text: &str, most: usize| {
            if text.chars().count() > most {
                warnings.push(format!("{what} is longer than the documented {most} characters"));
            }
        };
        longer("AccountReference", &self.account_reference, DOCUMENTED_REFERENCE);
        longer("TransactionDesc", &self.description, DOCUMENTED_DESCRIPTION);
        warnings
    }
}
