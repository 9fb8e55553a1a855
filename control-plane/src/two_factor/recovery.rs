//! Recovery codes: for when the phone is gone. Random, shown once, each good
//! for one log-in.

use data_encoding::BASE32_NOPAD;
use model::{AccountId, Ambient, SecretHash};

/// How many there are at a time.
pub(super) const COUNT: usize = 10;
/// Characters of a code, without the dashes: 80 bits.
const LENGTH: usize = 16;

/// Fresh codes as they are shown: `abcd-efgh-ijkl-mnop`.
pub(super) fn draw(ambient: &dyn Ambient) -> Vec<String> {
    (0..COUNT)
        .map(|_| {
            let mut random = [0; 10];
            ambient.fill_random(&mut random);
            let text = BASE32_NOPAD.encode(&random).to_ascii_lowercase();
            let groups: Vec<String> = text
                .as_bytes()
                .chunks(4)
                .map(|group| String::from_utf8_lossy(group).into_owned())
                .collect();
            groups.join("-")
        })
        .collect()
}

/// What is kept and compared instead of a code, which nobody can guess from it:
/// 80 random bits, and bound to the account. `None` when what was typed (blanks
/// and dashes removed) has not the shape of one.
pub(super) fn hash(account: AccountId, typed: &str) -> Option<SecretHash> {
    let shaped = typed.len() == LENGTH && typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let code = typed.to_ascii_lowercase();
    shaped.then(|| SecretHash::of(format!("recovery:{account}:{code}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn codes_differ_and_belong_to_one_account() {
        let ambient = ManualAmbient::at(Timestamp(0));
        let mut codes = draw(&ambient);
        assert_eq!(codes.len(), COUNT);
        assert!(codes.iter().all(|code| code.len() == LENGTH + 3));
        let [one, other] = [(); 2].map(|()| AccountId::generate(&ambient));
        let typed = codes[0].replace('-', "");
        assert_eq!(hash(one, &typed), hash(one, &typed.to_uppercase()));
        assert_ne!(hash(one, &typed), hash(other, &typed));
        assert_eq!(hash(one, &codes[0]), None);
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), COUNT);
    }
}
