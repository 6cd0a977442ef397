//! Workbooks as spreadsheet programs keep them: the cells of the first sheet as text. Nothing is computed: of a formula counts what
//! the program wrote down as its value. A part is bounded by what it inflates to, whatever the archive says of it; what a file claims
//! of its own size reserves nothing; document types are refused.

mod cells;
mod numbers;

use std::io::{Cursor, Read};

use quick_xml::{
    Reader,
    escape::{resolve_predefined_entity, unescape},
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use numbers::Numbers;

/// Most parts of a workbook; programs write a dozen or two.
const MOST_PARTS: usize = 500;
/// What a part may inflate to.
const MOST_PART: usize = 4 << 20;
/// Most texts that cells may name.
const MOST_STRINGS: usize = 100_000;
/// Columns of a sheet that are read.
pub(super) const MOST_COLUMNS: usize = 100;
/// Longest text of a cell, in characters.
const MOST_CELL: usize = 1_000;

const BOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
const STRINGS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";

/// Why a workbook is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is broken, or no workbook at all.
    Unreadable,
    /// A part of it, or the text of its cells, is more than is read.
    TooLarge,
    TooLong,
    TooWide,
    /// The cell of this name shows an error, or a formula that was never computed.
    Cell(String),
    LongCell(String),
}

/// How much of a sheet is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Lines, the headings included.
    pub lines: usize,
    /// Bytes of all cells together.
    pub text: usize,
}

/// Whether the bytes begin as those of a workbook do.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The lines of the first sheet, each as long as its last cell that says something; lines that were left out are empty.
pub(super) fn lines(bytes: &[u8], most: Most) -> Result<Vec<Vec<String>>, Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(Fault::TooLarge);
    }
    let book = part(&mut archive, BOOK)?.ok_or(Fault::Unreadable)?;
    let relations = part(&mut archive, RELATIONS)?.ok_or(Fault::Unreadable)?;
    let (first, from_1904) = first_sheet(&book)?;
    let sheet = part(&mut archive, &target(&relations, &first)?)?.ok_or(Fault::Unreadable)?;
    // A workbook without texts or without styles has no such part.
    let strings = part(&mut archive, STRINGS)?.map_or_else(|| Ok(Vec::new()), |text| strings(&text))?;
    let numbers = Numbers::read(&part(&mut archive, STYLES)?.unwrap_or_default(), from_1904)?;
    cells::read(&sheet, &strings, &numbers, most)
}

/// A part as text, if the archive has it.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Fault> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(MOST_PART as u64 + 1).read_to_end(&mut bytes).map_err(|_| Fault::Unreadable)?;
    if bytes.len() > MOST_PART {
        return Err(Fault::TooLarge);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| Fault::Unreadable)
}

/// Reads a part event by event; an element without content begins and ends like any other.
fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text.trim_start_matches(super::BYTE_ORDER_MARK));
    reader.config_mut().expand_empty_elements = true;
    reader
}

fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, Fault> {
    match reader.read_event() {
        Ok(Event::DocType(_)) | Err(_) => Err(Fault::Unreadable),
        Ok(event) => Ok(event),
    }
}

/// Shows every element of a part where it begins.
fn each(text: &str, mut element: impl FnMut(&BytesStart<'_>)) -> Result<(), Fault> {
    let mut reader = reader(text);
    loop {
        match next(&mut reader)? {
            Event::Start(tag) => element(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    // Unchecked for twins: that would compare every attribute with every other.
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(unescape(&found.value).ok()?.into_owned())
}

/// What an event of a text says; empty for what is no text.
fn said(event: &Event<'_>) -> Result<String, Fault> {
    Ok(match event {
        Event::Text(part) => part.xml10_content().into_owned(),
        Event::CData(part) => part.xml10_content().into_owned(),
        // A character by its name or number.
        Event::GeneralRef(name) => {
            let number = name.resolve_char_ref().map_err(|_| Fault::Unreadable)?.map(String::from);
            let named = || resolve_predefined_entity(&name.xml10_content()).map(str::to_owned);
            number.or_else(named).ok_or(Fault::Unreadable)?
        }
        _ => String::new(),
    })
}

/// By which name the book relates to its first sheet, and whether it counts days from 1904.
fn first_sheet(book: &str) -> Result<(String, bool), Fault> {
    let (mut first, mut from_1904) = (None, false);
    each(book, |tag| match tag.local_name().into_inner() {
        "workbookPr" => from_1904 = attribute(tag, "date1904").is_some_and(|value| value == "1" || value == "true"),
        "sheet" if first.is_none() => first = attribute(tag, "id"),
        _ => {}
    })?;
    Ok((first.ok_or(Fault::Unreadable)?, from_1904))
}

/// The part that a name stands for.
fn target(relations: &str, wanted: &str) -> Result<String, Fault> {
    let mut found = None;
    each(relations, |tag| {
        if attribute(tag, "Id").is_some_and(|id| id == wanted) {
            found = attribute(tag, "Target");
        }
    })?;
    let found = found.ok_or(Fault::Unreadable)?;
    Ok(found.strip_prefix('/').map_or_else(|| format!("xl/{found}"), str::to_owned))
}

/// The texts that cells name by their number, without the space around them: many cells may name one text. How a text is spoken, which
/// some languages add, is left out.
fn strings(text: &str) -> Result<Vec<String>, Fault> {
    let (mut reader, mut found, mut told, mut open, mut spoken) = (reader(text), Vec::new(), String::new(), false, false);
    loop {
        let event = next(&mut reader)?;
        match &event {
            Event::Start(tag) => match tag.local_name().into_inner() {
                "rPh" => spoken = true,
                "t" => open = !spoken,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().into_inner() {
                "rPh" => spoken = false,
                "t" => open = false,
                "si" if found.len() == MOST_STRINGS => return Err(Fault::TooLarge),
                "si" => found.push(std::mem::take(&mut told).trim().to_owned()),
                _ => {}
            },
            Event::Eof => return Ok(found),
            event if open => told.push_str(&said(event)?),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    const MOST: Most = Most { lines: 5, text: 10_000 };

    /// A workbook of these parts, beside the few that make it one.
    fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
        let book = "<workbook><workbookPr/><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
        let relations = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [(BOOK, book), (RELATIONS, relations)].iter().chain(parts) {
            archive.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn read(sheet: &str) -> Result<Vec<Vec<String>>, Fault> {
        lines(&packed(&[("xl/worksheets/sheet1.xml", sheet), (STRINGS, "<sst uniqueCount=\"99999999999999\"><si><t>Plate</t></si></sst>")]), MOST)
    }

    #[test]
    fn what_a_program_writes_is_read_as_people_write_it() {
        let mut book = Workbook::new();
        let day = Format::new().set_num_format("dd/mm/yyyy \"days\"");
        let sheet = book.add_worksheet().set_name("Cars & vans").unwrap();
        sheet.write_string(0, 0, "Plate").unwrap().write_string(0, 2, "Value <KSh>").unwrap();
        sheet.write_string(2, 0, " KDA 123A").unwrap().write_number(2, 1, 1_000_000).unwrap().write_number(2, 2, 0.045).unwrap();
        sheet.write_boolean(3, 0, true).unwrap().write_formula(3, 1, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_datetime_with_format(3, 2, ExcelDateTime::from_ymd(2027, 2, 28).unwrap(), &day).unwrap();
        // Coloured, and nothing else.
        sheet.write_blank(900, 300, &day).unwrap();
        book.add_worksheet().write_string(0, 0, "another sheet").unwrap();
        let read = lines(&book.save_to_buffer().unwrap(), MOST).unwrap();
        assert_eq!(read, [vec!["Plate", "", "Value <KSh>"], vec![], vec!["KDA 123A", "1000000", "0.045"], vec!["yes", "2", "2027-02-28"]]);
    }

    #[test]
    fn cells_may_hold_their_text_themselves_or_name_no_place() {
        let sheet = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><r><t>KDA </t></r><r><t>1 &amp; &#50;</t></r></is></c><c/>\
            <c t=\"s\"><v>0</v></c></row><row r=\"2\"/><row><c t=\"str\"><f>A1</f><v></v></c><c r=\"B3\" t=\"d\"><v>2027-02-28T00:00:00</v></c></row></sheetData></worksheet>";
        assert_eq!(read(sheet).unwrap(), [vec!["KDA 1 & 2", "", "Plate"], vec![], vec!["", "2027-02-28"]]);
    }

    #[test]
    fn a_cell_without_a_value_to_read_is_named() {
        let refused = |cell: &str| read(&format!("<worksheet><sheetData><row r=\"2\">{cell}</row></sheetData></worksheet>")).unwrap_err();
        assert_eq!(refused("<c r=\"B2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>"), Fault::Cell("B2".into()));
        assert_eq!(refused("<c r=\"AA2\"><f>1+1</f></c>"), Fault::Cell("AA2".into()));
        assert_eq!(refused("<c r=\"C2\" t=\"s\"><v>7</v></c>"), Fault::Cell("C2".into()));
        assert_eq!(refused(&format!("<c r=\"D2\" t=\"str\"><v>{}</v></c>", "x".repeat(MOST_CELL + 1))), Fault::LongCell("D2".into()));
    }

    #[test]
    fn a_sheet_that_is_too_long_too_wide_or_too_much_is_refused() {
        let one = |place: &str, line: usize| read(&format!("<worksheet><row r=\"{line}\"><c r=\"{place}\"><v>1</v></c></row></worksheet>"));
        assert!(one("A5", 5).is_ok());
        assert_eq!(one("A6", 6), Err(Fault::TooLong));
        assert_eq!(one("A1048576", 1_048_576), Err(Fault::TooLong));
        assert_eq!(one("CW1", 1), Err(Fault::TooWide), "the first column after the last that is read");
        assert_eq!(one("XFD1", 1), Err(Fault::TooWide));
        let much = format!("<c t=\"str\"><v>{}</v></c>", "x".repeat(MOST_CELL)).repeat(11);
        assert_eq!(read(&format!("<worksheet><row>{much}</row></worksheet>")), Err(Fault::TooLarge));
    }

    #[test]
    fn bombs_are_refused_by_what_they_inflate_to() {
        let bomb = packed(&[("xl/worksheets/sheet1.xml", &" ".repeat(MOST_PART + 1))]);
        assert!(bomb.len() < 64 << 10, "small enough to be uploaded");
        assert_eq!(lines(&bomb, MOST), Err(Fault::TooLarge));
        let strings = format!("<sst>{}</sst>", "<si/>".repeat(MOST_STRINGS + 1));
        assert_eq!(lines(&packed(&[("xl/worksheets/sheet1.xml", "<worksheet/>"), (STRINGS, &strings)]), MOST), Err(Fault::TooLarge));
        let names: Vec<String> = (0..=MOST_PARTS).map(|part| format!("xl/{part}.xml")).collect();
        let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(lines(&packed(&parts), MOST), Err(Fault::TooLarge));
    }

    #[test]
    fn a_text_is_trimmed_once_and_not_by_every_cell_that_names_it() {
        let strings = strings(&format!("<sst><si><t> a </t></si><si><t>{}</t></si></sst>", " ".repeat(1 << 20))).unwrap();
        assert_eq!(strings, ["a", ""]);
    }

    #[test]
    fn what_is_broken_or_declares_entities_is_no_workbook() {
        let whole = packed(&[("xl/worksheets/sheet1.xml", "<worksheet><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></worksheet>")]);
        assert!(lines(&whole, MOST).is_ok());
        for end in [0, 10, whole.len() / 2, whole.len() - 30] {
            assert_eq!(lines(&whole[..end], MOST), Err(Fault::Unreadable), "cut after {end}");
        }
        assert_eq!(lines(b"PK\x03\x04 and nothing else", MOST), Err(Fault::Unreadable));
        assert_eq!(lines(&packed(&[]), MOST), Err(Fault::Unreadable), "without its sheet");
        assert_eq!(read("<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>"), Err(Fault::Unreadable));
        assert_eq!(read("<worksheet><row><c t=\"str\"><v>&a;</v></c></row></worksheet>"), Err(Fault::Unreadable));
        assert_eq!(read("<worksheet><row></c></worksheet>"), Err(Fault::Unreadable));
    }
}
