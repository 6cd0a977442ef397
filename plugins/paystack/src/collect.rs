//! Asking a payer: a page to visit, a prompt on the phone, or a charge to what they saved.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::gateway::CollectRequest;
use wakala_plugin_sdk::payments::{Action, Outcome};

use crate::link::{Link, data};
use crate::transaction::Transaction;
use crate::value::{collectable, text};

/// The prompt on the phone closes after three minutes.
const PROMPT_MS: u64 = 180_000;

/// How the payer is asked.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    Page { return_url: Option<String> },
    Prompt { phone: String },
    Saved { authorization: String },
}

/// One request, checked against the provider's rules.
#[derive(Debug, PartialEq)]
pub struct Charge {
    reference: String,
    email: String,
    amount: Money,
    way: Way,
}

impl Charge {
    /// Checks what is to be collected from whom, under our key.
    ///
    /// # Errors
    /// `rejected` with `amount`, `email` or `phone`; `unsupported` for another method.
    pub fn new(req: &CollectRequest, key: &str) -> Result<Self, PluginError> {
        collectable(&req.amount)?;
        let asked = || req.payer.email.clone().ok_or_else(|| PluginError::rejected("email", "the payer has no e-mail address"));
        let (email, way) = match (req.method.as_str(), &req.saved_method) {
            (_, Some(saved)) => {
                let (authorization, email) = saved
                    .split_once(' ')
                    .ok_or_else(|| PluginError::rejected("account", "the saved means of payment is not one of this provider"))?;
                (email.to_owned(), Way::Saved { authorization: authorization.to_owned() })
            }
            ("paystack", None) => (asked()?, Way::Page { return_url: req.return_url.clone() }),
            ("paystack-mpesa", None) => {
                let phone = req.payer.phone.clone().ok_or_else(|| PluginError::rejected("phone", "the payer has no phone number"))?;
                if !phone.starts_with("+254") {
                    return Err(PluginError::rejected("phone", "not a Kenyan mobile number"));
                }
                (asked()?, Way::Prompt { phone })
            }
            (other, None) => return Err(PluginError::Unsupported(format!("payment method {other}"))),
        };
        if !email.contains('@') {
            return Err(PluginError::rejected("email", "not an e-mail address"));
        }
        Ok(Self { reference: key.to_owned(), email, amount: req.amount.clone(), way })
    }

    /// Asks. The provider takes a reference once, so that the same key never charges twice.
    ///
    /// # Errors
    /// As `gateway.collect`.
    pub fn send(&self, link: &impl Link, live: bool, now_ms: u64, locale: &str) -> Result<Outcome, PluginError> {
        let mut body = json!({
            "email": self.email,
            "amount": self.amount.minor,
            "currency": self.amount.currency,
            "reference": self.reference,
        });
        let path = match &self.way {
            Way::Page { return_url } => {
                if let Some(url) = return_url {
                    body["callback_url"] = json!(url);
                }
                "/transaction/initialize"
            }
            Way::Prompt { phone } => {
                body["mobile_money"] = json!({ "phone": phone, "provider": "mpesa" });
                "/charge"
            }
            Way::Saved { authorization } => {
                body["authorization_code"] = json!(authorization);
                "/transaction/charge_authorization"
            }
        };
        let found = data(link.post(path, &body.to_string())).map_err(|trouble| match trouble {
            // An earlier attempt got there after all; a question tells how far.
            trouble if trouble.is_duplicate() => PluginError::UnknownOutcome("the provider has this payment already".into()),
            trouble => trouble.not_moved(),
        })?;
        match &self.way {
            Way::Page { .. } => self.page(&found),
            Way::Prompt { .. } | Way::Saved { .. } => self.charged(&found, live, now_ms, locale),
        }
    }

    fn page(&self, found: &Value) -> Result<Outcome, PluginError> {
        let url = text(&found["authorization_url"]).filter(|url| url.starts_with("https://"));
        let url = url.ok_or_else(|| PluginError::UnknownOutcome("the provider gave no page to pay on".into()))?;
        let mut outcome = self.open("needs-action", None);
        outcome.action = Some(Action { kind: "url".into(), value: url, expires_ms: None, extra: Vec::new() });
        Ok(outcome)
    }

    /// The call was understood; `data.status` says what became of the charge.
    fn charged(&self, found: &Value, live: bool, now_ms: u64, locale: &str) -> Result<Outcome, PluginError> {
        let status = text(&found["status"]).ok_or_else(|| PluginError::UnknownOutcome("the answer to the charge has no status".into()))?;
        let waiting = |value: String, kind: &str| {
            let mut outcome = self.open("needs-action", Some(&status));
            outcome.message = text(&found["display_text"]);
            outcome.action = Some(Action { kind: kind.into(), value, expires_ms: Some(now_ms.saturating_add(PROMPT_MS)), extra: Vec::new() });
            outcome
        };
        match status.as_str() {
            "pending" | "pay_offline" if matches!(self.way, Way::Prompt { .. }) => Ok(waiting(instruction(locale).into(), "text")),
            "open_url" => match text(&found["url"]).filter(|url| url.starts_with("https://")) {
                Some(url) => Ok(waiting(url, "url")),
                None => Err(PluginError::UnknownOutcome("the provider gave no page to pay on".into())),
            },
            // The bank wants a code, PIN or birthday typed in, and nobody here may ask for those. Nothing is charged without.
            "send_pin" | "send_otp" | "send_phone" | "send_birthday" | "send_address" => {
                let mut outcome = self.open("failed", Some(&status));
                outcome.message = text(&found["display_text"]);
                outcome.extra.push(("reason".to_owned(), "payer-refused-by-provider".to_owned()));
                Ok(outcome)
            }
            _ => {
                let transaction =
                    Transaction::read(found, live).map_err(|_| PluginError::UnknownOutcome("the answer to the charge cannot be read".into()))?;
                if transaction.reference != self.reference {
                    return Err(PluginError::UnknownOutcome("the answer is about another payment".into()));
                }
                Ok(transaction.outcome())
            }
        }
    }

    fn open(&self, state: &str, code: Option<&str>) -> Outcome {
        Outcome {
            provider_ref: Some(self.reference.clone()),
            state: state.into(),
            code: code.map(str::to_owned),
            message: None,
            action: None,
            amount: None,
            fee: None,
            receipt: None,
            occurred_ms: None,
            saved_method: None,
            extra: Vec::new(),
        }
    }
}

fn instruction(locale: &str) -> &'static str {
    match locale.split('-').next() {
        Some("sw") => "Angalia simu yako na uweke PIN yako ya M-PESA ili kulipa.",
        _ => "Check your phone and enter your M-PESA PIN to pay.",
    }
}

/// Has the provider forget a saved means of payment.
///
/// # Errors
/// As `vault.forget`; one that the provider does not know is forgotten.
pub fn forget(link: &impl Link, saved: &str) -> Result<(), PluginError> {
    let code = saved.split(' ').next().unwrap_or_default();
    match data(link.post("/customer/authorization/deactivate", &json!({ "authorization_code": code }).to_string())) {
        Ok(_) => Ok(()),
        Err(trouble) if trouble.is_not_found() => Ok(()),
        // Forgetting twice does no harm.
        Err(trouble) => Err(trouble.not_told()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer, no, yes};
    use wakala_plugin_sdk::host::types::Party;

    const KEY: &str = "payment-0000000001";

    fn request(method: &str, minor: i64, saved: Option<&str>) -> CollectRequest {
        let payer =
            Party { name: None, phone: Some("+254710000000".into()), email: Some("asha@example.com".into()), fields: Vec::new(), extra: Vec::new() };
        CollectRequest {
            method: method.into(),
            amount: Money { minor, currency: "KES".into() },
            payer,
            saved_method: saved.map(str::to_owned),
            reference: "POL1".into(),
            description: "Premium".into(),
            return_url: Some("https://acme.example.com/paid".into()),
            extra: Vec::new(),
        }
    }

    fn send(method: &str, saved: Option<&str>, script: &Script) -> Result<Outcome, PluginError> {
        Charge::new(&request(method, 245_000, saved), KEY)?.send(script, false, 1_000, "en-KE")
    }

    fn body(script: &Script) -> Value {
        serde_json::from_str(&script.asked.borrow()[0].1).expect("JSON")
    }

    #[test]
    fn a_page_is_asked_for_under_our_key() {
        let script = Script::new([yes(&json!({ "authorization_url": "https://checkout.paystack.com/a1", "access_code": "a1", "reference": KEY }))]);
        let outcome = send("paystack", None, &script).expect("a page");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("needs-action", Some(KEY)));
        assert!(outcome.action.is_some_and(|action| action.kind == "url" && action.value == "https://checkout.paystack.com/a1"));
        let expected = json!({ "email": "asha@example.com", "amount": 245_000, "currency": "KES", "reference": KEY, "callback_url": "https://acme.example.com/paid" });
        assert_eq!(body(&script), expected);
    }

    #[test]
    fn what_became_of_a_charge_is_in_its_status() {
        let charge = |data: Value| send("paystack-mpesa", None, &Script::new([yes(&data)]));
        let waiting = charge(json!({ "reference": KEY, "status": "pay_offline", "display_text": "Enter your PIN" })).expect("waiting");
        assert_eq!((waiting.state.as_str(), waiting.action.and_then(|action| action.expires_ms)), ("needs-action", Some(181_000)));
        for (status, state) in [("failed", "failed"), ("success", "received"), ("send_otp", "failed"), ("processing", "pending")] {
            let outcome = charge(json!({ "reference": KEY, "status": status })).expect("an outcome");
            assert_eq!(outcome.state, state, "{status}");
        }
        for unclear in [json!({}), json!({ "status": "success", "reference": "another" }), json!([])] {
            assert!(matches!(charge(unclear.clone()), Err(PluginError::UnknownOutcome(_))), "{unclear}");
        }
    }

    #[test]
    fn a_saved_means_is_charged_with_the_email_it_belongs_to() {
        let script = Script::new([yes(&json!({ "reference": KEY, "status": "success", "amount": 245_000, "currency": "KES" }))]);
        let outcome = send("paystack", Some("AUTH_1 other@example.com"), &script).expect("charged");
        assert_eq!(outcome.state, "received");
        assert_eq!(script.asked.borrow()[0].0, "/transaction/charge_authorization");
        assert_eq!((&body(&script)["authorization_code"], &body(&script)["email"]), (&json!("AUTH_1"), &json!("other@example.com")));
    }

    #[test]
    fn a_reference_that_is_taken_is_a_doubt_and_a_refusal_is_none() {
        let charge = |sent| send("paystack", None, &Script::new([sent])).expect_err("no page");
        assert!(matches!(charge(no(400, "duplicate_reference", "Duplicate Transaction Reference")), PluginError::UnknownOutcome(_)));
        assert!(matches!(charge(no(400, "unsupported_currency", "Currency not supported by merchant")), PluginError::Rejected(_)));
        assert!(matches!(charge(answer(502, "")), PluginError::UnknownOutcome(_)));
        assert!(matches!(charge(no(401, "invalid_Key", "Invalid key")), PluginError::Unauthorized(_)));
    }

    #[test]
    fn what_the_provider_would_refuse_is_not_sent() {
        let code = |request: CollectRequest| match Charge::new(&request, KEY) {
            Err(PluginError::Rejected(rejection)) => rejection.code,
            other => format!("{other:?}"),
        };
        assert_eq!(code(request("paystack", 299, None)), "amount");
        assert_eq!(code(request("paystack", 300, Some("AUTH_1"))), "account");
        let mut nobody = request("paystack", 300, None);
        nobody.payer.email = None;
        assert_eq!(code(nobody), "email");
        let mut abroad = request("paystack-mpesa", 300, None);
        abroad.payer.phone = Some("+255700000111".into());
        assert_eq!(code(abroad), "phone");
    }

    #[test]
    fn what_is_forgotten_already_is_forgotten() {
        let forget = |sent| forget(&Script::new([sent]), "AUTH_1 asha@example.com");
        assert!(forget(yes(&json!(null))).is_ok());
        assert!(forget(no(404, "not_found", "Authorization not found")).is_ok());
        assert!(matches!(forget(answer(500, "")), Err(PluginError::Retryable(_))));
    }
}
