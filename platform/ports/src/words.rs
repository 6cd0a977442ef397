//! Words that providers' plugins use for a state or a kind, as cases.

/// Declares an enum with the word of each case: `words! { State { Open = "open" } }`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$case_meta:meta])* $case:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$case_meta])* #[serde(rename = $word)] $case),+
        }

        impl $name {
            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$case => $word),+ }
            }

            /// The case of a word; none if it is not known.
            #[must_use]
            pub fn from_name(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$case),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;
