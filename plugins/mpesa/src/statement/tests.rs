use super::*;

const FILE: &str = include_str!("../../fixtures/statement.csv");

fn read(text: &str) -> Result<Vec<Line>, PluginError> {
    let (columns, at) = heading(text.as_bytes())?;
    page(&columns, &text.as_bytes()[at..], true).map(|(lines, _)| lines)
}

fn find(receipt: &str, kind: &str) -> Line {
    read(FILE)
        .expect("the fixture is a statement")
        .into_iter()
        .find(|line| line.receipt.as_deref() == Some(receipt) && line.kind == kind)
        .expect("the row")
}

#[test]
fn a_payment_carries_what_the_payer_typed_and_its_exact_amount() {
    let line = find("TJ24XK9Q0P", "payment");
    assert_eq!((line.gross.minor, line.gross.currency.as_str()), (150_000, "KES"));
    assert_eq!(line.state, "received");
    assert_eq!(line.reference.as_deref(), Some("POL1042X"));
    assert_eq!(line.counterparty.as_deref(), Some("2547****0111 - ASHA MFANO, DEMO"));
    assert_eq!(line.occurred_ms, 1_790_929_844_000);
}

#[test]
fn money_that_left_is_negative_and_sorted_by_its_reason() {
    assert_eq!(find("TJ24XK9Q0P", "fee").gross.minor, -1_500);
    assert_eq!(find("TJ25AA0001", "payout").gross.minor, -25_000);
    assert_eq!(find("TJ25AA0002", "settlement").gross.minor, -10_000_000);
    let reversal = find("TJ25AA0003", "payment");
    assert_eq!((reversal.gross.minor, reversal.state.as_str()), (-150_000, "reversed"));
    assert!(reversal.extra.contains(&("linked-to".to_owned(), "TJ24XK9Q0P".to_owned())));
}

#[test]
fn what_a_payer_types_does_not_decide_what_a_row_is() {
    let text = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Reason Type,A/C No.\n\
        TJ1,02-10-2026 11:30:44,Pay Bill Acc. school fee reversal,Completed,10.00,,Pay Bill,school fee reversal\n\
        TJ2,02-10-2026 11:30:44,Pay Bill Acc. charge reversed,Completed,10.00,,,charge reversed\n";
    for line in read(text).expect("a statement") {
        assert_eq!((line.kind.as_str(), line.state.as_str(), line.gross.minor), ("payment", "received", 1_000), "{line:?}");
    }
}

#[test]
fn a_row_that_did_not_complete_moves_no_value() {
    assert_eq!(find("TJ25AA0004", "payment").state, "failed");
    assert_eq!(find("TJ25AA0005", "payment").state, "pending");
}

#[test]
fn rows_above_the_heading_and_below_the_table_are_no_lines() {
    assert_eq!(read(FILE).expect("a statement").len(), 8);
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let text = "Withdrawn,Paid In,Transaction Status,Completion Time,Receipt No\n,\"1,200.00\",Completed,2026-10-02 11:30:44,TJ1\n";
    let lines = read(text).expect("a statement");
    assert_eq!(lines[0].gross.minor, 120_000);
}

#[test]
fn pages_end_at_row_boundaries_and_join_without_gap_or_overlap() {
    let (columns, start) = heading(FILE.as_bytes()).expect("a statement");
    let body = &FILE.as_bytes()[start..];
    let whole = page(&columns, body, true).expect("readable").0;
    for window in [400, 512, 700, body.len()] {
        let (mut at, mut lines) = (0, Vec::new());
        while at < body.len() {
            let end = (at + window).min(body.len());
            let (more, taken) = page(&columns, &body[at..end], end == body.len()).expect("readable");
            lines.extend(more);
            at += taken;
        }
        assert_eq!(lines, whole, "{window}");
    }
}

#[test]
fn a_row_that_cannot_be_read_stops_the_file_and_is_named() {
    let with = |row: &str| format!("Receipt No.,Completion Time,Transaction Status,Paid In,Withdrawn\n{row}\n");
    for row in [
        "TJ9,02-10-2026 11:30:44,Completed,twelve,",
        "TJ9,02-10-2026 11:30:44,Completed,,",
        "TJ9,02-10-2026 11:30:44,Completed,10.00,10.00",
        "TJ9,02-10-2026 11:30:44,Completed,-10.00,",
        "TJ9,soon,Completed,10.00,",
        "TJ9",
    ] {
        let found = read(&with(row));
        assert!(matches!(&found, Err(PluginError::Rejected(r)) if r.code == "format" && r.message.contains("TJ9")), "{row}: {found:?}");
    }
}

#[test]
fn another_file_is_rejected_as_format() {
    let endless = format!("Receipt No.,\"{}", "x".repeat(70_000));
    for text in [endless.as_str(), "", "id,amount\n1,2\n", "%PDF-1.7", "\u{0}\u{1}"] {
        assert!(matches!(heading(text.as_bytes()), Err(PluginError::Rejected(r)) if r.code == "format"), "{text:?}");
    }
}
