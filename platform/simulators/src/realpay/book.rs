//! What the provider has: clients, contracts and mandates with their instalments, each under product and merchant number.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::record::{Failure, text};

/// Product, merchant, client.
type ClientKey = (String, String, String);
/// Product, merchant, client, contract.
type ContractKey = (String, String, String, String);

/// The first number of a contract: ten digits.
const FIRST_SEQUENCE: u64 = 2_000_000_042;

#[derive(Debug)]
pub(crate) struct Contract {
    sequence: u64,
    terms: Value,
    /// What the payer answered; none where nobody is asked.
    pub consent: Option<String>,
    pub instalments: Vec<Value>,
}

#[derive(Debug, Default)]
pub(crate) struct Books {
    pub tokens: BTreeSet<String>,
    /// Where results go, by merchant.
    pub webhooks: BTreeMap<String, String>,
    calls: u64,
    clients: BTreeSet<ClientKey>,
    contracts: BTreeMap<ContractKey, Contract>,
}

/// Where a request looks.
pub(crate) struct Desk<'a> {
    pub product: &'a str,
    pub merchant: &'a str,
    pub consent: bool,
}

impl Desk<'_> {
    fn client(&self, client: &str) -> ClientKey {
        (self.product.to_owned(), self.merchant.to_owned(), client.to_owned())
    }

    fn contract(&self, client: &str, contract: &str) -> ContractKey {
        (self.product.to_owned(), self.merchant.to_owned(), client.to_owned(), contract.to_owned())
    }
}

impl Books {
    pub fn next_call(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }

    /// All contracts and mandates, each with where it is looked for, its client and its number.
    pub fn contracts(&self) -> impl Iterator<Item = (Desk<'_>, &str, &str, &Contract)> {
        self.contracts.iter().map(|((product, merchant, client, number), contract)| {
            (Desk { product, merchant, consent: contract.consent.is_some() }, client.as_str(), number.as_str(), contract)
        })
    }

    pub fn has_client(&self, desk: &Desk<'_>, client: &str) -> bool {
        self.clients.contains(&desk.client(client))
    }

    pub fn add_client(&mut self, desk: &Desk<'_>, client: &str) -> Result<Value, Vec<Failure>> {
        if self.clients.insert(desk.client(client)) { Ok(json!({ "ClientNumber": client })) } else { Err(vec![("ADCMI01", "Client already exists")]) }
    }

    /// Takes up a contract or mandate of a client who is known.
    pub fn add_contract(&mut self, desk: &Desk<'_>, terms: &Value) -> Result<Value, Vec<Failure>> {
        let (client, contract) = (text(terms, "ClientNumber"), text(terms, "ContractNumber"));
        if !self.has_client(desk, &client) {
            return Err(vec![("ADCMI03", "Client does not exist")]);
        }
        let key = desk.contract(&client, &contract);
        if self.contracts.contains_key(&key) {
            return Err(vec![("", "DUPLICATE RECORD ALREADY EXISTS IN TAJLND")]);
        }
        let sequence = FIRST_SEQUENCE + self.contracts.len() as u64;
        let consent = desk.consent.then(|| "APEN".to_owned());
        let mut instalments = Vec::new();
        if !desk.consent {
            // A plan of the provider's own: the first instalment and the ones that follow it.
            let first = (text(terms, "FirstCollectionDate"), terms["FirstCollectionAmount"].clone());
            let second = (text(terms, "InstalmentStartDate"), terms["InstalmentAmount"].clone());
            for (n, (day, amount)) in [first, second].into_iter().enumerate() {
                instalments.push(json!({
                    "ClientNumber": client, "ContractNumber": contract, "InstalmentReferenceNumber": format!("RP{sequence}{n:05}"),
                    "InstalmentSequence": n + 1, "InstalmentActionDate": day, "InstalmentAmount": amount, "InstalmentStatus": "A",
                }));
            }
        }
        self.contracts.insert(key, Contract { sequence, terms: terms.clone(), consent, instalments });
        Ok(json!({ "ContractSequence": sequence, "ContractNumber": contract }))
    }

    /// Adds an instalment to a contract; its reference is unique whatever the contract.
    pub fn add_instalment(&mut self, desk: &Desk<'_>, record: &Value) -> Result<Value, Vec<Failure>> {
        let reference = text(record, "InstalmentReferenceNumber");
        if reference.is_empty() || self.instalment(&reference).is_some() {
            return Err(vec![("", "DUPLICATE RECORD ALREADY EXISTS IN TAJLND")]);
        }
        let key = desk.contract(&text(record, "ClientNumber"), &text(record, "ContractNumber"));
        let Some(contract) = self.contracts.get_mut(&key) else { return Err(vec![("ADCMI04", "Contract does not exist")]) };
        let mut instalment = record.clone();
        instalment["InstalmentStatus"] = json!("A");
        contract.instalments.push(instalment);
        Ok(json!({ "InstalmentReferenceNumber": reference }))
    }

    /// A contract with all its instalments.
    pub fn contract(&self, desk: &Desk<'_>, client: &str, contract: &str) -> Option<Value> {
        let found = self.contracts.get(&desk.contract(client, contract))?;
        let mut record = json!({ "ContractSequence": found.sequence, "ClientNumber": client, "ContractNumber": contract });
        for name in
            ["InstalmentStartDate", "FrequencyCode", "CollectionDay", "TrackingCode", "NumberOfInstalments", "InstalmentAmount", "MaximumAmount"]
        {
            if let Some(value) = found.terms.get(name) {
                record[name] = value.clone();
            }
        }
        match &found.consent {
            Some(result) => record["MandateInitiateResult"] = json!(result),
            None => record["ContractInstalments"] = json!(found.instalments),
        }
        Some(record)
    }

    /// The instalments of a contract, or the one of them with that reference.
    pub fn instalments(&self, desk: &Desk<'_>, client: &str, contract: &str, reference: Option<&str>) -> Vec<Value> {
        let all = self.contracts.get(&desk.contract(client, contract)).map(|contract| contract.instalments.as_slice()).unwrap_or_default();
        all.iter().filter(|instalment| reference.is_none_or(|wanted| text(instalment, "InstalmentReferenceNumber") == wanted)).cloned().collect()
    }

    /// An instalment wherever it is, and whose merchant's it is.
    pub fn instalment(&self, reference: &str) -> Option<(String, Value)> {
        let mut all = self.contracts().flat_map(|(desk, _, _, contract)| contract.instalments.iter().map(move |one| (desk.merchant, one)));
        let (merchant, found) = all.find(|(_, one)| text(one, "InstalmentReferenceNumber") == reference)?;
        Some((merchant.to_owned(), found.clone()))
    }

    /// Cuts off what is still to come.
    pub fn cancel(&mut self, desk: &Desk<'_>, client: &str, contract: &str) -> Option<Value> {
        let found = self.contracts.get_mut(&desk.contract(client, contract))?;
        for instalment in found.instalments.iter_mut().filter(|instalment| instalment["InstalmentStatus"] == json!("A")) {
            instalment["InstalmentStatus"] = json!("I");
        }
        Some(json!({ "ContractNumber": contract }))
    }

    /// The payer answers.
    pub fn answer_mandate(&mut self, desk: &Desk<'_>, record: &Value) -> Result<Value, Vec<Failure>> {
        let key = desk.contract(&text(record, "ClientNumber"), &text(record, "ContractNumber"));
        let Some(found) = self.contracts.get_mut(&key).filter(|contract| contract.consent.is_some()) else {
            return Err(vec![("ADCMI04", "Contract does not exist")]);
        };
        found.consent = Some(text(record, "MandateInitiateResult"));
        Ok(json!({ "ContractNumber": text(record, "ContractNumber") }))
    }

    /// The bank answers. It collects nothing that the payer did not agree to.
    pub fn answer_instalment(&mut self, record: &Value) -> Result<Value, Vec<Failure>> {
        let reference = text(record, "InstalmentReferenceNumber");
        for contract in self.contracts.values_mut() {
            let agreed = contract.consent.as_deref().is_none_or(|result| result == "AAUT");
            if let Some(instalment) = contract.instalments.iter_mut().find(|one| text(one, "InstalmentReferenceNumber") == reference) {
                let status = text(record, "InstalmentStatus");
                if status == "S" && !agreed {
                    instalment["InstalmentStatus"] = json!("F");
                    instalment["ResponseCode"] = json!("30");
                } else {
                    instalment["InstalmentStatus"] = json!(status);
                    instalment["ResponseCode"] = record["ResponseCode"].clone();
                }
                return Ok(json!({ "InstalmentReferenceNumber": reference }));
            }
        }
        Err(vec![("ADCMI04", "Instalment does not exist")])
    }
}
