// An e-mail as numbered lines of text (RFC 5322, RFC 2045 to 2047): what stands in its text parts, decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intelligence {

struct NumberedLine {
    std::size_t line = 0;  // in the document, counted from 1; of a decoded line, where it begins
    std::string text;
};

// Does it begin with an e-mail's header?
bool is_email(std::string_view text);

// Header and attachments passed over; `subject` is the subject as it stands. What is no text (an image, an
// attached program) is named in `passed_over`, a line each.
struct Email {
    std::string subject;
    std::vector<NumberedLine> lines;
    std::vector<NumberedLine> passed_over;
};
Email read_email(std::string_view text);

std::vector<NumberedLine> numbered_lines(std::string_view text);

}  // namespace comity::intelligence
