//! Memory for guests that live for one call: handed out front to back from an arena that is part of the module's first memory, so that
//! an ordinary call never grows its memory, which costs the host two system calls. What does not fit goes to the standard allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};

const SIZE: usize = 192 << 10;

#[repr(align(16))]
pub struct Arena {
    bytes: UnsafeCell<[u8; SIZE]>,
    used: Cell<usize>,
}

// SAFETY: a guest has one thread.
unsafe impl Sync for Arena {}

impl Arena {
    pub const fn new() -> Self {
        Self { bytes: UnsafeCell::new([0; SIZE]), used: Cell::new(0) }
    }

    fn start(&self) -> *mut u8 {
        self.bytes.get().cast()
    }

    fn holds(&self, at: *mut u8) -> bool {
        (at as usize).wrapping_sub(self.start() as usize) < SIZE
    }

    /// Whether the block that begins at `at` is the last one handed out.
    fn is_last(&self, at: *mut u8, size: usize) -> bool {
        at as usize - self.start() as usize + size == self.used.get()
    }
}

// SAFETY: blocks are disjoint pieces of the arena, aligned as asked; everything else is the standard allocator's.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let begin = (self.start() as usize + self.used.get()).next_multiple_of(layout.align()) - self.start() as usize;
        match begin.checked_add(layout.size()) {
            Some(end) if end <= SIZE => {
                self.used.set(end);
                unsafe { self.start().add(begin) }
            }
            _ => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if !self.holds(at) {
            unsafe { System.dealloc(at, layout) }
        } else if self.is_last(at, layout.size()) {
            self.used.set(at as usize - self.start() as usize);
        }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !self.holds(at) {
            return unsafe { System.realloc(at, layout, size) };
        }
        let begin = at as usize - self.start() as usize;
        if self.is_last(at, layout.size()) && begin + size <= SIZE {
            self.used.set(begin + size);
            return at;
        }
        // SAFETY: a new block, copied from the old one as far as both reach.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                std::ptr::copy_nonoverlapping(at, new, layout.size().min(size));
                self.dealloc(at, layout);
            }
            new
        }
    }
}
