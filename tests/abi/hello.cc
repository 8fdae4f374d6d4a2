// SPDX-License-Identifier: MIT
// A plugin in C++: sdk/README.md, "From C++ or Rust". The headers are C++20
// for plugins: rows and members are named, in the order of the header.
#include <mortise/plugin.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string>

namespace
{

int count;

// Runs a handler. An exception ends here: it must not unwind into C.
template <typename Handler>
void guarded(const mortise_event *event, Handler handler)
{
    try {
        handler();
    } catch (const std::exception &error) {
        mortise_log(MORTISE_ERROR, "%s: %s", event->name, error.what());
        mortise_ack(event, "{error:'internal'}");
    }
}

void on_say(mortise_socket from, const mortise_event *event)
{
    guarded(event, [=] {
        std::string text = mortise_text(mortise_arg(event, 0), "");
        std::transform(text.begin(), text.end(), text.begin(), [](char c) {
            return static_cast<char>(
                std::toupper(static_cast<unsigned char>(c)));
        });
        count++;
        mortise_emit(mortise_to(from), "said", "{text:s}", text.c_str());
        mortise_after("later", 1, 0, from);
        mortise_ack(event, "{ok:true, count:i}", count);
    });
}

void on_fail(mortise_socket, const mortise_event *event)
{
    guarded(event, [] { throw std::runtime_error("on purpose"); });
}

void on_later(mortise_socket, const mortise_event *event)
{
    mortise_emit(mortise_to(event->cookie), "later", "i", count);
}

const mortise_handler handlers[] = {
    {.name = "say", .call = on_say},
    {.name = "fail", .call = on_fail},
};
const mortise_handler timers[] = {{.name = "later", .call = on_later}};

} // namespace

MORTISE_PLUGIN("hello-cc", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers),
               .description = "Repeats what is said, a little later.");
