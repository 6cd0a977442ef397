//! The cells of a sheet, each where it stands.

use quick_xml::events::{BytesStart, Event};

use super::{Fault, MOST_CELL, MOST_COLUMNS, Most, Numbers, attribute, next, reader, said};

/// The cell that is being read.
#[derive(Debug, Default)]
struct Cell {
    line: usize,
    column: usize,
    kind: String,
    style: Option<usize>,
    /// Computed by the program that wrote it.
    formula: bool,
    /// None until the file says one.
    value: Option<String>,
}

/// The lines of a sheet, as far as their cells say something.
pub(super) fn read(sheet: &str, strings: &[String], numbers: &Numbers, most: Most) -> Result<Vec<Vec<String>>, Fault> {
    let (mut reader, mut grid, mut cell, mut text) = (reader(sheet), Vec::<Vec<String>>::new(), Cell::default(), 0);
    let (mut line, mut column, mut open, mut spoken) = (0_usize, 0, false, false);
    loop {
        let event = next(&mut reader)?;
        match &event {
            Event::Start(tag) => match tag.local_name().into_inner() {
                "row" => {
                    line = attribute(tag, "r").and_then(|line| line.parse().ok()).unwrap_or(line.saturating_add(1));
                    column = 0;
                }
                "c" => cell = Cell::begun(tag, line, column),
                "f" => cell.formula = true,
                "rPh" => spoken = true,
                "v" | "t" => {
                    open = !spoken;
                    cell.value.get_or_insert_default();
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().into_inner() {
                "c" => {
                    column = cell.column + 1;
                    let told = cell.told(strings, numbers)?;
                    if !told.is_empty() {
                        text += told.len();
                        cell.put(told, &mut grid, most)?;
                    }
                    if text > most.text {
                        return Err(Fault::TooLarge);
                    }
                }
                "rPh" => spoken = false,
                "v" | "t" => open = false,
                _ => {}
            },
            Event::Eof => return Ok(grid),
            event if open => cell.value.get_or_insert_default().push_str(&said(event)?),
            _ => {}
        }
    }
}

impl Cell {
    /// At the place that it names, or else the next.
    fn begun(tag: &BytesStart<'_>, line: usize, next: usize) -> Self {
        let column = attribute(tag, "r").and_then(|place| column(&place)).unwrap_or(next);
        let style = attribute(tag, "s").and_then(|style| style.parse().ok());
        Self { line, column, kind: attribute(tag, "t").unwrap_or_default(), style, ..Self::default() }
    }

    /// What the cell says; empty if nothing.
    fn told(&self, strings: &[String], numbers: &Numbers) -> Result<String, Fault> {
        let unreadable = || Fault::Cell(self.name());
        let value = match &self.value {
            Some(value) => value.trim(),
            None if self.formula => return Err(unreadable()),
            None => return Ok(String::new()),
        };
        let told = match self.kind.as_str() {
            _ if value.is_empty() => String::new(),
            "s" => value.parse().ok().and_then(|at: usize| strings.get(at)).ok_or_else(unreadable)?.clone(),
            "b" => if matches!(value, "1" | "true") { "yes" } else { "no" }.to_owned(),
            "e" => return Err(unreadable()),
            "" | "n" => numbers.told(value, self.style),
            "d" => value.strip_suffix("T00:00:00").unwrap_or(value).to_owned(),
            _ => value.to_owned(),
        };
        if told.chars().count() > MOST_CELL { Err(Fault::LongCell(self.name())) } else { Ok(told) }
    }

    fn put(&self, told: String, grid: &mut Vec<Vec<String>>, most: Most) -> Result<(), Fault> {
        if self.line > most.lines {
            return Err(Fault::TooLong);
        }
        if self.column >= MOST_COLUMNS {
            return Err(Fault::TooWide);
        }
        if grid.len() < self.line {
            grid.resize(self.line, Vec::new());
        }
        // Lines are counted from one.
        let line = self.line.checked_sub(1).and_then(|line| grid.get_mut(line)).ok_or(Fault::Unreadable)?;
        if line.len() <= self.column {
            line.resize(self.column + 1, String::new());
        }
        if let Some(cell) = line.get_mut(self.column) {
            *cell = told;
        }
        Ok(())
    }

    /// As programs name it: `A1`, `AB7`. Only the first columns have names here; others are refused for where they stand.
    fn name(&self) -> String {
        let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
        let before = self.column.checked_sub(26).map(|rest| letter(rest / 26));
        format!("{}{}{}", before.map(String::from).unwrap_or_default(), letter(self.column), self.line)
    }
}

/// `A1` is the column 0, `AB7` the column 27.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase).take(3);
    letters.fold(None, |column: Option<usize>, letter| Some(column.map_or(0, |column| (column + 1) * 26) + usize::from(letter - b'A')))
}
