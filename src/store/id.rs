//! Our own ids: UUIDs of version 7, which sort by time.

use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::{Builder, Uuid};

macro_rules! id {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id that sorts at this time, after every id made for this time before.
            pub fn new(at: Timestamp) -> Self {
                Self(v7(at))
            }

            /// The least id that any record of this time or later can have.
            pub fn floor(at: Timestamp) -> Self {
                let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
                let mut bytes = [0; 16];
                bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
                Self(Uuid::from_bytes(bytes))
            }

            /// The bytes, in the order in which ids sort.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id of these bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// The id that we give a delivery.
    DeliveryId
}

id! {
    /// The id that we give a dispatch: one request to one target.
    DispatchId
}

/// A UUID v7: the time, then a counter that keeps the order within a millisecond, then chance. The
/// time is that of the record even when clocks went back, so that [`DeliveryId::floor`] holds.
fn v7(at: Timestamp) -> Uuid {
    static COUNTER: LazyLock<AtomicU64> =
        LazyLock::new(|| AtomicU64::new(u64::from(rand::random::<u32>()) << 8));
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    // 42 bits of counter: 12 before the variant's two bits, 30 behind them.
    let (high, low) = ((count >> 30) as u16, (count & 0x3fff_ffff) as u32);
    let mut tail = [0; 10];
    tail[..2].copy_from_slice(&high.to_be_bytes());
    tail[2..6].copy_from_slice(&low.to_be_bytes());
    tail[6..].copy_from_slice(&rand::random::<[u8; 4]>());
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::DeliveryId;
    use jiff::Timestamp;

    #[test]
    fn ids_of_one_moment_sort_in_the_order_they_were_made() {
        let now = Timestamp::from_millisecond(1_790_000_000_123).unwrap();
        let ids: Vec<_> = (0..1000).map(|_| DeliveryId::new(now)).collect();
        assert!(ids.is_sorted());
        assert!(DeliveryId::floor(now) < ids[0]);
        assert!(
            DeliveryId::floor(Timestamp::from_millisecond(1_790_000_000_124).unwrap()) > ids[0]
        );
        assert_eq!(ids[0].to_string().parse::<DeliveryId>().unwrap(), ids[0]);
    }
}
