//! Values as they stand in the file: a byte for their form, a CRC-32, and their bytes.
//!
//! redb does not look at its checksums when it reads, so each value has its own.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::Fault;

/// A value as JSON.
const JSON: u8 = 1;
/// A text as UTF-8.
const PLAIN: u8 = 2;
/// A text as deflated UTF-8 (RFC 1951).
const DEFLATED: u8 = 3;
/// Bytes before the value: its form and the checksum, little-endian.
const HEAD: usize = 5;
/// Shorter texts hardly ever shrink.
const WORTH_DEFLATING: usize = 64;

/// The bytes of a value.
pub(super) fn json(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    Ok(sealed(JSON, &serde_json::to_vec(value)?))
}

/// Reads what [`json`] made; `what` names it.
pub(super) fn read_json<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Fault> {
    let body = json_body(bytes, what)?;
    serde_json::from_slice(body).map_err(|e| Fault::Damaged(format!("{what}: {e}")))
}

/// The JSON in what [`json`] made.
pub(super) fn json_body<'a>(bytes: &'a [u8], what: &str) -> Result<&'a [u8], Fault> {
    match opened(bytes, what)? {
        (JSON, body) => Ok(body),
        (form, _) => Err(unknown(form, what)),
    }
}

/// The bytes of a text, deflated where that makes it smaller.
pub(super) fn text(text: &str) -> io::Result<Vec<u8>> {
    if text.len() >= WORTH_DEFLATING {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        let deflated = encoder.finish()?;
        if deflated.len() < text.len() {
            return Ok(sealed(DEFLATED, &deflated));
        }
    }
    Ok(sealed(PLAIN, text.as_bytes()))
}

/// Reads what [`text`] made.
pub(super) fn read_text(bytes: &[u8], what: &str) -> Result<String, Fault> {
    let damaged = |e: &dyn std::fmt::Display| Fault::Damaged(format!("{what}: {e}"));
    match opened(bytes, what)? {
        (PLAIN, body) => String::from_utf8(body.to_vec()).map_err(|e| damaged(&e.utf8_error())),
        (DEFLATED, body) => {
            let mut text = String::new();
            DeflateDecoder::new(body)
                .read_to_string(&mut text)
                .map_err(|e| damaged(&e))?;
            Ok(text)
        }
        (form, _) => Err(unknown(form, what)),
    }
}

fn sealed(form: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + body.len());
    out.push(form);
    out.extend(sum(form, body).to_le_bytes());
    out.extend(body);
    out
}

fn opened<'a>(bytes: &'a [u8], what: &str) -> Result<(u8, &'a [u8]), Fault> {
    if let Some((&[form, a, b, c, d], body)) = bytes.split_first_chunk::<HEAD>()
        && u32::from_le_bytes([a, b, c, d]) == sum(form, body)
    {
        return Ok((form, body));
    }
    Err(Fault::Damaged(format!("{what} fails its checksum")))
}

fn sum(form: u8, body: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(&[form]);
    crc.update(body);
    crc.sum()
}

fn unknown(form: u8, what: &str) -> Fault {
    Fault::Newer(format!("{what} is of form {form}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back_and_take_less_room_where_they_can() {
        let long = "A sentence that comes again. ".repeat(40_000);
        assert!(long.len() > 1 << 20);
        assert!(text(&long).unwrap().len() < long.len() / 50);
        for case in ["", "short", "héllo 👩‍💻", long.as_str()] {
            let bytes = text(case).unwrap();
            assert!(bytes.len() <= case.len() + HEAD);
            assert_eq!(read_text(&bytes, "it").unwrap(), case);
        }
    }

    #[test]
    fn an_altered_byte_is_damage_and_an_unknown_form_is_news() {
        let repeated = "repeated ".repeat(40);
        for bytes in [json(&[1, 2]).unwrap(), text(&repeated).unwrap()] {
            for i in 0..bytes.len() {
                let mut altered = bytes.clone();
                altered[i] ^= 0x10;
                for fault in [
                    read_json::<[u8; 2]>(&altered, "it").unwrap_err(),
                    read_text(&altered, "it").unwrap_err(),
                ] {
                    assert!(matches!(fault, Fault::Damaged(_)), "{i}: {fault:?}");
                }
            }
        }
        assert!(matches!(
            opened(&[JSON, 0, 0, 0], "it"),
            Err(Fault::Damaged(_))
        ));
        let newer = sealed(9, b"{}");
        assert!(matches!(read_text(&newer, "it"), Err(Fault::Newer(_))));
        assert!(matches!(json_body(&newer, "it"), Err(Fault::Newer(_))));
    }
}
