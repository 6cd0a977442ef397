//! Files: uploads in the form that browsers use, and what has to hold of them.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{BlobPart, Part};
use wakala_plugin_sdk::host::types::File;

const MB: u64 = 1 << 20;

/// The body of an upload, and its content type. `boundary` is a text that no file has by chance.
pub fn upload(file: &File, boundary: &str) -> (String, Vec<Part>) {
    let name: String = file.name.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { '_' } else { c }).collect();
    let kind: String = file.content_type.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{kind}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let content = BlobPart { id: file.blob.clone(), encoding: "raw".into(), extra: Vec::new() };
    let body = vec![Part::Bytes(head.into_bytes()), Part::Blob(content), Part::Bytes(tail.into_bytes())];
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Whether the provider takes a file of this size.
///
/// # Errors
/// `rejected` with `content`.
pub fn fits(file: &File, size: u64) -> Result<(), PluginError> {
    let most = match file.content_type.split('/').next() {
        Some("image") => 5 * MB,
        Some("audio" | "video") => 16 * MB,
        _ => 100 * MB,
    };
    if size <= most { Ok(()) } else { Err(PluginError::rejected("content", format!("{} has more than {} MB", file.name, most / MB))) }
}

/// The random bytes of a boundary as text.
pub fn boundary(random: &[u8]) -> String {
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content_type: &str) -> File {
        File { blob: "b-1".into(), kind: "document".into(), name: name.into(), content_type: content_type.into(), extra: Vec::new() }
    }

    #[test]
    fn an_upload_is_a_form_around_the_file() {
        let (kind, body) = upload(&file("P-42 \"final\"\r\n.pdf", "application/pdf"), "b0");
        assert_eq!(kind, "multipart/form-data; boundary=b0");
        let [Part::Bytes(head), Part::Blob(content), Part::Bytes(tail)] = body.as_slice() else { panic!("three parts") };
        let head = String::from_utf8(head.clone()).expect("text");
        assert!(head.contains("name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b0\r\n"), "{head}");
        assert!(head.ends_with("filename=\"P-42 _final___.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"), "{head}");
        assert_eq!((content.id.as_str(), content.encoding.as_str()), ("b-1", "raw"));
        assert_eq!(tail, b"\r\n--b0--\r\n");
    }

    #[test]
    fn pictures_are_small_and_documents_may_be_large() {
        assert!(fits(&file("a.jpg", "image/jpeg"), 5 * MB).is_ok());
        assert!(matches!(fits(&file("a.jpg", "image/jpeg"), 5 * MB + 1), Err(PluginError::Rejected(no)) if no.code == "content"));
        assert!(fits(&file("a.mp4", "video/mp4"), 17 * MB).is_err());
        assert!(fits(&file("a.pdf", "application/pdf"), 99 * MB).is_ok());
    }

    #[test]
    fn a_boundary_is_hexadecimal() {
        assert_eq!(boundary(&[0, 171, 255]), "00abff");
    }
}
