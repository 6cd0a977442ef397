//! The CSV file as the bank of an account wants it.

use kernel::{AppError, AppResult, error::Fields};
use serde::{Deserialize, Serialize};

use super::{Batch, BatchItem};
use crate::{
    columns::words,
    payouts::{Payout, PayoutWay},
};

words! {
    /// What a column holds.
    LayoutField {
        Reference = "reference",
        Payee = "payee",
        Way = "way",
        Account = "account",
        Phone = "phone",
        Bank = "bank",
        BankCode = "bank_code",
        BranchCode = "branch_code",
        Amount = "amount",
        Currency = "currency",
        Description = "description",
        Date = "date",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutColumn {
    pub field: LayoutField,
    pub header: String,
}

/// Columns in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// `,`, `;`, `|` or a tab.
    pub delimiter: char,
    /// The first row names the columns.
    pub headers: bool,
    pub columns: Vec<LayoutColumn>,
}

impl Default for Layout {
    /// Every column, in the order of [`LayoutField::ALL`].
    fn default() -> Self {
        let column = |field: &LayoutField| LayoutColumn { field: *field, header: field.as_str().to_owned() };
        Self { delimiter: ',', headers: true, columns: LayoutField::ALL.iter().map(column).collect() }
    }
}

impl Layout {
    /// Whether it can be meant: without reference, amount and where it goes a bank can pay nothing and we can find nothing again.
    ///
    /// # Errors
    /// `validation_error` with the fields of the form.
    pub(super) fn check(&self) -> AppResult<()> {
        let mut fields = Fields::new();
        if !matches!(self.delimiter, ',' | ';' | '|' | '\t') {
            fields.add("delimiter", "field-invalid");
        }
        let has = |field: LayoutField| self.columns.iter().any(|column| column.field == field);
        for needed in [LayoutField::Reference, LayoutField::Amount] {
            if !has(needed) {
                fields.add(format!("at-{}", needed.as_str()), "field-required");
            }
        }
        if !has(LayoutField::Account) && !has(LayoutField::Phone) {
            fields.add(format!("at-{}", LayoutField::Account.as_str()), "field-required");
        }
        if self.columns.iter().any(|column| column.header.chars().count() > 60 || column.header.chars().any(char::is_control)) {
            fields.add("headers", "field-invalid");
        }
        fields.finish()
    }
}

/// The file.
///
/// # Errors
/// Those of writing.
pub(super) fn write(layout: &Layout, batch: &Batch, items: &[(BatchItem, Payout)]) -> AppResult<Vec<u8>> {
    let delimiter = u8::try_from(layout.delimiter).unwrap_or(b',');
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    if layout.headers {
        writer.write_record(layout.columns.iter().map(|column| column.header.as_str())).map_err(AppError::internal)?;
    }
    for (item, payout) in items {
        writer.write_record(layout.columns.iter().map(|column| cell(column.field, batch, item, payout))).map_err(AppError::internal)?;
    }
    writer.into_inner().map_err(|error| AppError::internal(error.to_string()))
}

fn cell(field: LayoutField, batch: &Batch, item: &BatchItem, payout: &Payout) -> String {
    let to = &payout.to;
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    match field {
        LayoutField::Reference => item.reference.clone(),
        LayoutField::Payee => plain(&to.payee),
        LayoutField::Way => to.way.as_str().to_owned(),
        LayoutField::Account => told(&to.account),
        // Without the plus: banks ask for digits, and a sheet would reckon with it.
        LayoutField::Phone => match to.way {
            PayoutWay::Mobile => told(&to.phone).trim_start_matches('+').to_owned(),
            PayoutWay::Bank | PayoutWay::Original => String::new(),
        },
        LayoutField::Bank => plain(&told(&to.bank)),
        LayoutField::BankCode => told(&to.bank_code),
        LayoutField::BranchCode => told(&to.branch_code),
        LayoutField::Amount => payout.amount.to_decimal().to_string(),
        LayoutField::Currency => payout.amount.currency.code().to_owned(),
        LayoutField::Description => plain(&payout.description),
        LayoutField::Date => batch.execute_on.to_string(),
    }
}

/// Words of people, on one line and never a formula.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_start_matches(['=', '+', '-', '@']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_without_reference_amount_or_account_is_refused() {
        assert!(Layout::default().check().is_ok());
        for needed in [LayoutField::Reference, LayoutField::Amount] {
            let mut layout = Layout::default();
            layout.columns.retain(|column| column.field != needed);
            assert!(layout.check().unwrap_err().is("validation_error"), "{needed:?}");
        }
        let mut layout = Layout::default();
        layout.columns.retain(|column| column.field != LayoutField::Account);
        assert!(layout.check().is_ok(), "a file of mobile accounts");
        layout.columns.retain(|column| column.field != LayoutField::Phone);
        assert!(layout.check().is_err());
    }

    #[test]
    fn words_of_people_are_never_a_formula() {
        assert_eq!(plain("=cmd|' /C calc'!A0"), "cmd|' /C calc'!A0");
        assert_eq!(plain(" Asha\nMfano "), "Asha Mfano");
    }
}
