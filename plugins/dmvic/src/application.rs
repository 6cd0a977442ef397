//! An application for a certificate: the platform's request in the register's words, held against the register's published rules first,
//! so that staff read all that is wrong at once and no attempt is wasted.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::insurance::certificates::{CertificateRequest, Finding};

use crate::answer::text;
use crate::day::Day;

/// Longest name and policy number that the register keeps.
const LONGEST: usize = 50;

/// A request that satisfies the rules.
#[derive(Debug, PartialEq)]
pub struct Application {
    class: Class,
    /// The underwriter's number at the register.
    pub insurer: u32,
    /// Without blanks, in capitals; a new vehicle has none yet.
    pub registration: Option<String>,
    pub chassis: String,
    pub starts: Day,
    pub ends: Day,
    body: Map<String, Value>,
}

/// The class of a certificate with the register's number of its type, which only some classes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    letter: char,
    number: Option<u32>,
}

impl Class {
    /// `C`, `A-1`, `A-8`, `B-1` to `B-6`, `D-4`, `D-9`, `D-10`.
    pub fn read(kind: &str) -> Option<Self> {
        let (letter, number) = match kind.trim().split_once('-') {
            Some((letter, number)) => (letter, Some(number.parse::<u32>().ok()?)),
            None => (kind.trim(), None),
        };
        let known = matches!((letter, number), ("C", None) | ("A", Some(1 | 8)) | ("B", Some(1..=6)) | ("D", Some(4 | 9 | 10)));
        known.then(|| Self { letter: letter.chars().next().unwrap_or('C'), number })
    }

    /// Whether a row of the register's stock is about this class.
    pub fn is_meant(self, type_id: Option<&str>, title: &str) -> bool {
        match (self.letter, self.number) {
            // Numbers of private and commercial classes are not published, so their titles tell.
            ('A' | 'D', Some(number)) if type_id.is_some() => type_id == Some(number.to_string().as_str()),
            _ => {
                let title = title.to_uppercase();
                [format!("TYPE {}", self.letter), format!("CLASS {}", self.letter)]
                    .iter()
                    .any(|name| title.split_once(name.as_str()).is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric())))
            }
        }
    }
}

impl Application {
    /// Reads a request. `today` is the day in Nairobi.
    ///
    /// # Errors
    /// Everything in it that the register would refuse, each as a blocking finding with code `data`.
    pub fn new(req: &CertificateRequest, today: Day) -> Result<Self, Vec<Finding>> {
        let risk: Value = serde_json::from_str(&req.risk).unwrap_or(Value::Null);
        let mut form = Form { wrong: Vec::new(), body: Map::new() };
        let insurer = form.insurer(&req.insurer);
        let class = form.class(&req.kind, &risk);
        form.holder(req);
        let term = form.term(&req.starts, &req.ends, today);
        form.cover(req);
        let (registration, chassis) = form.vehicle(&risk);
        match (insurer, class, term, chassis) {
            (Some(insurer), Some(class), Some((starts, ends)), Some(chassis)) if form.wrong.is_empty() => {
                Ok(Self { class, insurer, registration, chassis, starts, ends, body: form.body })
            }
            _ => Err(form.wrong),
        }
    }

    /// What is sent for `action`, Issuance or Validate, and where to.
    pub fn request(&self, action: &str) -> (String, Value) {
        (format!("/api/V5/IntermediaryIntegration/{action}Type{}Certificate", self.class.letter), Value::Object(self.body.clone()))
    }

    /// The question for other cover in the same time.
    pub fn double_cover(&self) -> Value {
        let mut question = json!({
            "policystartdate": self.starts.to_register(),
            "policyenddate": self.ends.to_register(),
            "chassisnumber": self.chassis,
        });
        if let Some(registration) = &self.registration {
            question["vehicleregistrationnumber"] = json!(registration);
        }
        question
    }

    /// The class applied for.
    pub fn class(&self) -> Class {
        self.class
    }
}

/// The body as it grows, and what is wrong with what it is made of.
struct Form {
    wrong: Vec<Finding>,
    body: Map<String, Value>,
}

impl Form {
    fn refuse(&mut self, field: &str, message: &str) {
        let extra = vec![("field".to_owned(), field.to_owned())];
        self.wrong.push(Finding { code: "data".into(), message: message.to_owned(), blocking: true, extra });
    }

    fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.body.insert(field.to_owned(), value.into());
    }

    /// Puts what is there and refuses what is not.
    fn need(&mut self, field: &str, value: Option<impl Into<Value>>, otherwise: &str) {
        match value {
            Some(value) => self.put(field, value),
            None => self.refuse(field, otherwise),
        }
    }

    fn insurer(&mut self, code: &str) -> Option<u32> {
        let insurer = code.trim().parse::<u32>().ok().filter(|number| *number > 0);
        self.need("Membercompanyid", insurer, "The product's code of the underwriter is not the register's number of a company");
        insurer
    }

    fn class(&mut self, kind: &str, risk: &Value) -> Option<Class> {
        let Some(class) = Class::read(kind) else {
            self.refuse("TypeOfCertificate", "The product's code of the certificate is none of C, A-1, A-8, B-1 to B-6, D-4, D-9, D-10");
            return None;
        };
        match (class.letter, class.number) {
            ('B', Some(number)) => self.put("VehicleType", number),
            (_, Some(number)) => self.put("TypeOfCertificate", number),
            (_, None) => {}
        }
        if class.letter != 'C' {
            let passengers = whole(&risk["passengers"]).filter(|count| (1..=200).contains(count));
            self.need("Licensedtocarry", passengers, "The vehicle carries 1 to 200 passengers");
        }
        if class.letter == 'B' || class.number == Some(10) {
            let tonnage = whole(&risk["tonnage"]).filter(|tons| (1..=31).contains(tons));
            self.need("Tonnage", tonnage, "The vehicle carries 1 to 31 tons, in whole tons");
        }
        Some(class)
    }

    fn holder(&mut self, req: &CertificateRequest) {
        let party = &req.insured;
        let fact = |name: &str| party.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str());
        self.need("Policyholder", short(party.name.as_deref()), "The policyholder has a name of 1 to 50 characters");
        self.need("policynumber", short(Some(&req.policy_number)), "The policy has a number of 1 to 50 characters");
        self.need("Phonenumber", party.phone.as_deref().and_then(phone), "The policyholder has a Kenyan phone number");
        let email = party.email.as_deref().map(str::trim).filter(|email| email.contains('@'));
        self.need("Email", email, "The policyholder has an e-mail address, to which the register sends the certificate");
        self.need("InsuredPIN", fact("ke-kra-pin").and_then(pin), "The policyholder has a KRA PIN: A or P, nine digits and a letter");
    }

    fn term(&mut self, starts: &str, ends: &str, today: Day) -> Option<(Day, Day)> {
        let (Some(starts), Some(ends)) = (Day::iso(starts), Day::iso(ends)) else {
            self.refuse("Commencingdate", "The cover has a first and a last day");
            return None;
        };
        if starts < today {
            self.refuse("Commencingdate", "The cover begins today or later");
        }
        if ends < starts || ends > starts.a_year_later() {
            self.refuse("Expiringdate", "The cover ends after it begins, and within a year");
        }
        self.put("Commencingdate", starts.to_register());
        self.put("Expiringdate", ends.to_register());
        Some((starts, ends))
    }

    fn cover(&mut self, req: &CertificateRequest) {
        let cover = match req.cover.trim().to_ascii_uppercase().as_str() {
            "100" | "COMP" => 100,
            "200" | "TPO" => 200,
            "300" | "TPTF" => 300,
            _ => return self.refuse("Typeofcover", "The product's code of the cover is none of COMP (100), TPO (200) and TPTF (300)"),
        };
        self.put("Typeofcover", cover);
        // Third party only must not have one, the others must.
        if cover != 200 {
            let shillings = req.sum_insured.as_ref().filter(|sum| sum.currency == "KES" && sum.minor > 0 && sum.minor % 100 == 0);
            self.need("SumInsured", shillings.map(|sum| sum.minor / 100), "This cover needs a sum insured in whole shillings");
        }
    }

    /// Registration and chassis as the register keeps them.
    fn vehicle(&mut self, risk: &Value) -> (Option<String>, Option<String>) {
        let number = |name: &str, range: std::ops::RangeInclusive<usize>, dashes: bool| {
            let compact: String = text(&risk[name])?.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
            let fits = range.contains(&compact.len()) && compact.bytes().all(|b| b.is_ascii_alphanumeric() || (dashes && b == b'-'));
            fits.then_some(compact)
        };
        let (registration, engine) = (number("registration", 4..=15, false), number("engine", 4..=15, true));
        let chassis = number("chassis", 4..=20, true);
        // A registration that does not fit is never left out: the certificate would be another vehicle's.
        let is_misread = registration.is_none() && text(&risk["registration"]).is_some();
        if is_misread || (registration.is_none() && engine.is_none()) {
            self.refuse("Registrationnumber", "The vehicle has a registration or an engine number of 4 to 15 letters and digits");
        }
        for (field, value) in [("Registrationnumber", &registration), ("Enginenumber", &engine)] {
            if let Some(value) = value {
                self.put(field, value.as_str());
            }
        }
        self.need("Chassisnumber", chassis.as_deref(), "The vehicle has a chassis number of 4 to 20 letters, digits and dashes");
        self.need("Bodytype", short(text(&risk["body"]).as_deref()), "The vehicle has a body type of 1 to 50 characters");
        for (field, name) in [("Vehiclemake", "make"), ("Vehiclemodel", "model")] {
            if let Some(value) = text(&risk[name]) {
                self.put(field, value);
            }
        }
        if let Some(year) = whole(&risk["year"]) {
            self.put("Yearofmanufacture", year);
        }
        (registration, chassis)
    }
}

/// A whole number, written as number or text.
fn whole(value: &Value) -> Option<i64> {
    text(value)?.parse().ok()
}

fn short(value: Option<&str>) -> Option<String> {
    value.map(str::trim).filter(|text| (1..=LONGEST).contains(&text.chars().count())).map(str::to_owned)
}

/// The nine digits behind the country's code, as a number: they never begin with zero.
fn phone(e164: &str) -> Option<u64> {
    let digits = e164.trim().strip_prefix("+254")?;
    let fits = digits.len() == 9 && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

fn pin(typed: &str) -> Option<String> {
    let pin = typed.trim().to_ascii_uppercase();
    let fits = match pin.as_bytes() {
        [b'A' | b'P', digits @ .., last] => digits.len() == 9 && digits.iter().all(u8::is_ascii_digit) && last.is_ascii_uppercase(),
        _ => false,
    };
    fits.then_some(pin)
}

#[cfg(test)]
pub mod tests;
