//! Reads the data types of MQTT (5.0, section 1.5) from a packet's body.

use super::reason::Fault;

/// What is left of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub const fn len(&self) -> usize {
        self.rest.len()
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(Fault::malformed("the packet ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(Fault::malformed("the packet ends too early"))?;
        self.rest = rest;
        Ok(*taken)
    }

    pub fn byte(&mut self) -> Result<u8, Fault> {
        self.array().map(|[byte]| byte)
    }

    pub fn two_bytes(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn four_bytes(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_be_bytes)
    }

    /// A packet id, which is never 0.
    pub fn packet_id(&mut self) -> Result<u16, Fault> {
        match self.two_bytes()? {
            0 => Err(Fault::protocol("the packet id must not be 0")),
            id => Ok(id),
        }
    }

    /// A number in one to four bytes, in the fewest.
    pub fn variable(&mut self) -> Result<u32, Fault> {
        let mut number = 0;
        for at in 0..4 {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                return if byte == 0 && at > 0 {
                    Err(Fault::malformed("a number has more bytes than it needs"))
                } else {
                    Ok(number)
                };
            }
        }
        Err(Fault::malformed("a number has more than four bytes"))
    }

    /// Bytes behind their two-byte length.
    pub fn binary(&mut self) -> Result<&'a [u8], Fault> {
        let len = self.two_bytes()?;
        self.take(len.into())
    }

    /// Text behind its two-byte length: UTF-8 without U+0000.
    pub fn text(&mut self) -> Result<&'a str, Fault> {
        let text = std::str::from_utf8(self.binary()?)
            .map_err(|_| Fault::malformed("a text is not UTF-8"))?;
        if text.contains('\0') {
            return Err(Fault::malformed("a text contains U+0000"));
        }
        Ok(text)
    }

    /// The bytes of the properties that follow, behind their length.
    pub fn properties(&mut self) -> Result<Self, Fault> {
        let len = self.variable()?;
        let len = usize::try_from(len).map_err(|_| Fault::malformed("too many properties"))?;
        self.take(len).map(Self::new)
    }

    /// Nothing may be left.
    pub const fn end(&self) -> Result<(), Fault> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Fault::malformed("the packet is longer than its content"))
        }
    }
}
