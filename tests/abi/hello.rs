// SPDX-License-Identifier: MIT
//! A plugin in Rust: `sdk/README.md`, "From C++ or Rust". It needs neither
//! cargo nor a crate; `languages.py` says how it is compiled.
//!
//! What it declares of `mortise/plugin.h` ends with what it uses. The sizes
//! that stand in front tell the host, and a host that is newer does not mind.

use std::ffi::CStr;
use std::os::raw::{c_char, c_int};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering::Relaxed};

const NAME: &str = "hello-rust";
const VERSION: &str = "1.0.0";
const MAJOR: u16 = 1;
const MINOR: u16 = 0;
const ERROR: c_int = 1; // MORTISE_ERROR

/// A text as C wants it, without NUL inside and with one behind.
macro_rules! c {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as *const c_char
    };
}

// --- What crosses the border, as mortise/plugin.h has it

#[repr(C)]
struct Event {
    size: u32,
    argc: u32,
    name: *const c_char,
    name_space: *const c_char,
    wants_ack: u32,
    status: i32,
    cookie: u64,
}

type Call = extern "C" fn(u64, *const Event);

#[repr(C)]
struct Handler {
    name: *const c_char,
    call: Call,
    name_space: *const c_char,
}

#[repr(C)]
struct Table {
    rows: *const Handler,
    count: u32,
    row_size: u32,
}

#[repr(C)]
struct Plugin {
    size: u32,
    major: u16,
    minor: u16,
    name: *const c_char,
    version: *const c_char,
    init: Option<extern "C" fn(*const Value) -> c_int>,
    fini: Option<extern "C" fn()>,
    handlers: Table,
    timers: Table,
    acks: Table,
    description: *const c_char,
}

#[repr(C)]
struct Note {
    name_size: u32,
    desc_size: u32,
    kind: u32,
    owner: [u8; 8],
    major: u16,
    minor: u16,
    plugin_size: u32,
    handler_size: u32,
    event_size: u32,
    name: [u8; 64],
    version: [u8; 32],
}

#[repr(C)]
struct Value {
    _private: [u8; 0],
}

#[repr(C)]
struct Target {
    socket: u64,
    skip: u64,
    name_space: *const c_char,
    flags: u32,
    room_count: u32,
    except_count: u32,
    rooms: [*const c_char; 4],
    except: [*const c_char; 4],
    reserved: [u64; 2],
}

type Unused = *const u8; // a function that this plugin does not call

#[repr(C)]
struct Host {
    size: u32,
    major: u16,
    minor: u16,
    log: unsafe extern "C" fn(*const Host, c_int, *const c_char, ...),
    now: Unused,
    emit: unsafe extern "C" fn(
        *const Host,
        Target,
        *const c_char,
        *const c_char,
        ...
    ) -> c_int,
    emit_ack: Unused,
    ack: unsafe extern "C" fn(
        *const Host,
        *const Event,
        *const c_char,
        ...
    ) -> c_int,
    ack_later_to_list_add: [Unused; 5],
    arg: unsafe extern "C" fn(*const Host, *const Event, u32) -> *const Value,
    type_to_key_at: [Unused; 5],
    text: unsafe extern "C" fn(*const Host, *const Value) -> *const c_char,
    bytes_to_handshake: [Unused; 11],
    after: unsafe extern "C" fn(
        *const Host,
        *const c_char,
        i64,
        i64,
        u64,
    ) -> u64,
}

// --- What every plugin has

/// Made by the entry, before any other call, and good for as long as this
/// file is loaded.
static HOST: AtomicPtr<Host> = AtomicPtr::new(null_mut());

fn host() -> &'static Host {
    unsafe { &*HOST.load(Relaxed) }
}

// All in them is read-only.
unsafe impl Sync for Handler {}
unsafe impl Sync for Plugin {}

const fn table(rows: &'static [Handler]) -> Table {
    Table {
        rows: rows.as_ptr(),
        count: rows.len() as u32,
        row_size: std::mem::size_of::<Handler>() as u32,
    }
}

const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut i = 0;
    while i < text.len() {
        bytes[i] = text.as_bytes()[i];
        i += 1;
    }
    bytes
}

#[used]
#[link_section = ".note.mortise"]
static NOTE: Note = Note {
    name_size: 8,
    desc_size: std::mem::size_of::<Note>() as u32 - 20,
    kind: 1,
    owner: *b"Mortise\0",
    major: MAJOR,
    minor: MINOR,
    plugin_size: std::mem::size_of::<Plugin>() as u32,
    handler_size: std::mem::size_of::<Handler>() as u32,
    event_size: std::mem::size_of::<Event>() as u32,
    name: padded(NAME),
    version: padded(VERSION),
};

static PLUGIN: Plugin = Plugin {
    size: std::mem::size_of::<Plugin>() as u32,
    major: MAJOR,
    minor: MINOR,
    name: c!("hello-rust"),
    version: c!("1.0.0"),
    init: None,
    fini: None,
    handlers: table(&HANDLERS),
    timers: table(&TIMERS),
    acks: table(&[]),
    description: c!("Repeats what is said, a little later."),
};

#[no_mangle]
extern "C" fn mortise_plugin_entry_v1(host: *const Host) -> *const Plugin {
    if unsafe { (*host).size } < std::mem::size_of::<Host>() as u32 {
        return null(); // it is too old for what is declared here
    }
    HOST.store(host as *mut Host, Relaxed);
    &PLUGIN
}

/// Runs a handler. A panic ends here: it must not unwind into C.
fn guarded(event: *const Event, handler: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(handler)).is_err() {
        unsafe {
            (host().log)(host(), ERROR, c!("%s panicked"), (*event).name);
            (host().ack)(host(), event, c!("{error:'internal'}"));
        }
    }
}

// --- This plugin

static COUNT: AtomicI32 = AtomicI32::new(0);

static HANDLERS: [Handler; 2] = [
    Handler { name: c!("say"), call: on_say, name_space: null() },
    Handler { name: c!("fail"), call: on_fail, name_space: null() },
];

static TIMERS: [Handler; 1] =
    [Handler { name: c!("later"), call: on_later, name_space: null() }];

/// One socket, in its namespace.
fn to(socket: u64) -> Target {
    Target {
        socket,
        skip: 0,
        name_space: null(),
        flags: 0,
        room_count: 0,
        except_count: 0,
        rooms: [null(); 4],
        except: [null(); 4],
        reserved: [0; 2],
    }
}

/// An argument of the event that is a text.
fn text_of<'a>(event: &'a *const Event, index: u32) -> Option<&'a str> {
    unsafe {
        let text = (host().text)(host(), (host().arg)(host(), *event, index));
        if text.is_null() {
            None
        } else {
            CStr::from_ptr(text).to_str().ok()
        }
    }
}

extern "C" fn on_say(from: u64, event: *const Event) {
    guarded(event, || unsafe {
        // Shouting needs a String of our own, with a NUL behind it.
        let text = text_of(&event, 0).unwrap_or("").to_uppercase() + "\0";
        let count = COUNT.fetch_add(1, Relaxed) + 1;
        (host().emit)(
            host(),
            to(from),
            c!("said"),
            c!("{text:s}"),
            text.as_ptr() as *const c_char,
        );
        (host().after)(host(), c!("later"), 1, 0, from);
        (host().ack)(host(), event, c!("{ok:true, count:i}"), count);
    })
}

extern "C" fn on_fail(_: u64, event: *const Event) {
    guarded(event, || panic!("on purpose"))
}

extern "C" fn on_later(_: u64, event: *const Event) {
    guarded(event, || unsafe {
        let count = COUNT.load(Relaxed);
        let socket = (*event).cookie;
        (host().emit)(host(), to(socket), c!("later"), c!("i"), count);
    })
}
