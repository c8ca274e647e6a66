// A line as it was meant: disarmed marks ("evil[.]net", "hxxp[:]//"), escapes (JSON's "\/", "\u0065", "\t";
// "\x22" of web servers), full-width letters and marks ("http：//evil．net") and names in their own script
// ("bücher.example") spelled plainly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intelligence::match {

struct Respelled {
    std::string text;
    // Of each byte of the text, and of its end, where in the line it is from.
    std::vector<std::uint32_t> places;
};

// Nothing where the line is plain already. Bytes that are no UTF-8, and signs and spaces beyond ASCII, become
// spaces: they belong to no name.
std::optional<Respelled> respell(std::string_view line);

}  // namespace comity::intelligence::match
