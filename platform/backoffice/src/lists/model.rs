use pages::{Column, ColumnChoice, address};
use uuid::Uuid;

/// A search under a name.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) id: Uuid,
    /// The path of its list.
    pub(crate) list: String,
    pub(crate) name: String,
    /// What the list's address asks for.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) shared: bool,
    /// It is the reader's, who alone may change it.
    pub(crate) own: bool,
    pub(crate) version: i32,
}

impl View {
    /// The list at `path` as the view shows it.
    pub(crate) fn href(&self, path: &str) -> String {
        address(path, self.query.iter().cloned().chain([("view".to_owned(), self.id.to_string())]))
    }
}

/// The reader's order of columns; one that is not shown has a `-` before its name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layout(pub(crate) Vec<String>);

impl Layout {
    /// Where each of the list's columns stands: its place among them, or none where it is hidden. Columns that the reader never
    /// placed, such as new ones, keep their place after those placed, and are shown unless they stand aside; one without a name is
    /// always shown.
    pub(crate) fn order(&self, columns: &[Column]) -> Vec<(usize, bool)> {
        let at = |name: &str| columns.iter().position(|column| !name.is_empty() && column.name == name);
        let mut order: Vec<(usize, bool)> = Vec::new();
        for placed in &self.0 {
            let (name, shown) = placed.strip_prefix('-').map_or((placed.as_str(), true), |name| (name, false));
            if let Some(place) = at(name).filter(|place| !order.iter().any(|(other, _)| other == place)) {
                order.push((place, shown));
            }
        }
        for (place, column) in columns.iter().enumerate() {
            if !order.iter().any(|(other, _)| *other == place) {
                order.push((place, !column.aside));
            }
        }
        order
    }

    /// The same as the reader chooses it.
    pub(crate) fn choices(&self, columns: &[Column]) -> Vec<ColumnChoice> {
        let choice = |(place, shown): (usize, bool)| {
            let column = columns.get(place).filter(|column| !column.name.is_empty())?;
            Some(ColumnChoice { name: column.name.clone(), label: column.label.clone(), shown })
        };
        self.order(columns).into_iter().filter_map(choice).collect()
    }
}

/// What a reader keeps for one list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) views: Vec<View>,
    pub(crate) layout: Layout,
    /// The view that the list begins with.
    pub(crate) default: Option<Uuid>,
}

impl Kept {
    pub(crate) fn view(&self, id: &str) -> Option<&View> {
        self.views.iter().find(|view| view.id.to_string() == id)
    }
    pub(crate) fn default(&self) -> Option<&View> {
        self.views.iter().find(|view| Some(view.id) == self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        ["name", "phone", "", "email"].map(|name| Column { name: name.into(), ..Column::default() }).to_vec()
    }

    #[test]
    fn what_stands_aside_is_shown_once_it_is_chosen() {
        let columns: Vec<Column> = columns().into_iter().map(|column| Column { aside: column.name == "phone", ..column }).collect();
        let order = |placed: &[&str]| Layout(placed.iter().map(|name| (*name).to_owned()).collect()).order(&columns);
        assert_eq!(order(&[]), [(0, true), (1, false), (2, true), (3, true)]);
        assert_eq!(order(&["email", "-name"])[2], (1, false), "a choice among others is none of it");
        assert_eq!(order(&["phone"])[0], (1, true));
    }

    #[test]
    fn columns_stand_as_they_were_placed_and_new_ones_after_them() {
        let order = |placed: &[&str]| Layout(placed.iter().map(|name| (*name).to_owned()).collect()).order(&columns());
        assert_eq!(order(&[]), [(0, true), (1, true), (2, true), (3, true)]);
        assert_eq!(order(&["email", "-name"]), [(3, true), (0, false), (1, true), (2, true)]);
        assert_eq!(order(&["gone", "phone", "phone"]), [(1, true), (0, true), (2, true), (3, true)], "what is no column is passed over");
    }
}
