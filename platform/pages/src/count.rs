//! Whole numbers that texts count with.

/// Implemented by integers and references to them, as templates pass both.
pub trait Count {
    fn count(&self) -> i64;
}

macro_rules! count {
    ($($int:ty),*) => {
        $(impl Count for $int {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        })*
    };
}

count!(usize, u64, u32, u16, u8, i64, i32, i16);

impl<C: Count> Count for &C {
    fn count(&self) -> i64 {
        (**self).count()
    }
}
