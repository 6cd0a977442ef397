//! Forms (`application/x-www-form-urlencoded`), in bodies and in queries.

/// The pairs of a form, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form. Whatever is no proper escape stands for itself, and bytes that are no text are replaced.
    pub fn read(text: &[u8]) -> Self {
        let pair = |pair: &[u8]| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => pair.split_at(at),
                None => (pair, &[][..]),
            };
            (decoded(name), decoded(value.strip_prefix(b"=").unwrap_or(value)))
        };
        Self(text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()).map(pair).collect())
    }

    /// The first value of that name, which may be empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// The first value of that name; empty and absent are the same.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }
}

/// The text of a form with these pairs.
pub fn write(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

fn encode(value: &str, text: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in value.bytes() {
        match byte {
            b' ' => text.push('+'),
            b'-' | b'.' | b'_' | b'*' => text.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            _ => text.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
}

fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, beyond @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push((high << 4) | low);
                    rest = beyond;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let pairs = [("to", "+254700000101,+254700000102"), ("message", "Habari & karibu: 50% – sawa?"), ("empty", "")];
        let text = write(&pairs);
        assert!(text.starts_with("to=%2B254700000101%2C%2B254700000102&message=Habari+%26+karibu"), "{text}");
        let form = Form::read(text.as_bytes());
        for (name, value) in pairs {
            assert_eq!(form.get(name), Some(value));
        }
        assert_eq!((form.filled("empty"), form.get("absent")), (None, None));
    }

    #[test]
    fn what_is_no_proper_escape_stands_for_itself() {
        let form = Form::read(b"a=100%&b=%zz&c&&=d&a=2");
        assert_eq!((form.get("a"), form.get("b"), form.get("c"), form.get("")), (Some("100%"), Some("%zz"), Some(""), Some("d")));
    }
}
