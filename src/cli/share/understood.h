// What is shared, taken from a file: the objects of a STIX document, or a plain list of indicators.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "intelligence/indicator/bundle.h"

namespace comity::cli {

struct Understood {
    bool stix = false;
    std::vector<std::string> objects;
    // Of a plain list: a line each.
    std::vector<intelligence::IndicatorList::Entry> entries;
    std::vector<intelligence::IndicatorList::Left> errors;     // no indicator
    std::vector<intelligence::IndicatorList::Left> not_taken;  // well-formed and worthless
    std::size_t repeated = 0;
};

// A text that begins with "{" is STIX, anything else a list.
Result<Understood> understand(std::string_view text, const std::string& file,
                              const intelligence::Sharer& sharer, ledger::Tlp label, Time at);

// Says line by line what was understood and what not, on standard error (all = every line that was, too).
void print_understood(Context& context, const Understood& understood, const std::string& file, bool all);
json::Value understood_form(const Understood& understood);

}  // namespace comity::cli
