//! The list that goes to the insurer with the money.

use kernel::{AppError, AppResult};

use super::RemittanceRecord;

/// The lines of a remittance as CSV, premium whole, commission, and what is paid. Cells that a sheet would calculate are defused.
///
/// # Errors
/// Only if memory cannot be written to.
pub fn bordereau(record: &RemittanceRecord) -> AppResult<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = ["remittance", "date", "policy", "insured", "description", "premium", "commission", "payable", "currency"];
    writer.write_record(heads).map_err(AppError::internal)?;
    let remittance = &record.remittance;
    for line in &record.lines {
        let premium = line.held.checked_add(line.commission)?;
        let payable = if remittance.commission_netted { line.held } else { premium };
        let cells = [
            remittance.number.clone(),
            line.business_date.to_string(),
            line.policy_number.clone().unwrap_or_default(),
            line.insured.clone().unwrap_or_default(),
            line.description.clone(),
            premium.to_decimal().to_string(),
            line.commission.to_decimal().to_string(),
            payable.to_decimal().to_string(),
            premium.currency.code().to_owned(),
        ];
        let text = 0..5;
        let cells = cells.into_iter().enumerate().map(|(nr, cell)| if text.contains(&nr) { defused(cell) } else { cell });
        writer.write_record(cells).map_err(AppError::internal)?;
    }
    String::from_utf8(writer.into_inner().map_err(AppError::internal)?).map_err(AppError::internal)
}

/// A text that a sheet would take for a formula.
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::defused;

    #[test]
    fn text_that_a_sheet_would_calculate_is_defused() {
        assert_eq!((defused("=1+1".into()), defused("Asha".into())), ("'=1+1".to_owned(), "Asha".to_owned()));
    }
}
