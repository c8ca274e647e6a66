// Finds what a catalogue lists in a text, at a cost of some instructions a byte.
//
// What is met where (docs/early-warning.md has it in prose; the test's slow matcher in thirty lines):
//   - names: a run of letters, digits, ".", "-", "_" without those marks at its ends is a name; it is met by
//     itself or by a parent of it, and the nearest that is listed is told. File names by the whole run.
//   - addresses: a run that is four numbers, or RFC 4291's forms; met by itself or by a network that holds
//     it, the longest is told
//   - words (sums, fingerprints, wallets): a run of letters and digits as long as they
//   - e-mail addresses and URLs: around their hosts; a URL ends where no URL goes on, marks of a sentence
//   left out
// A line that is not spelled plainly (disarmed marks, JSON's escapes, names in their own script) is read a
// second time as it was meant.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/marks.h"

namespace comity::intelligence::match {

struct Hit {
    std::size_t offset = 0;  // in the text
    std::size_t size = 0;    // of what stands there
    std::size_t line = 0;    // newlines before it
    Listed listed;
    std::string respelled{};  // what was met, where it is not spelled so in the text
};

struct Scanned {
    std::vector<Hit> hits;  // by offset
    // Where a host stands that a listed URL has, or the end of a listed file name: a closer look at the
    // fields of its line may tell more (fields.h). Rising.
    std::vector<std::size_t> closer;
    std::vector<std::size_t> comments;  // "#" that begin a line
    std::size_t lines = 0;              // newlines in the text
};

// One thread at a time.
class Scanner {
  public:
    // For texts of up to so many bytes.
    explicit Scanner(std::size_t max_size, MarkText mark = best_mark_text());
    ~Scanner();

    // What is valid no longer at `now` is not told. The text begins and ends where no token goes on, and has
    // kMargin bytes around it (marks.h). `out` is filled anew.
    void scan(const Catalog& catalog, Time now, const char* text, std::size_t size, Scanned& out);

    // Newlines before that place of the text that was scanned last.
    std::size_t lines_before(std::size_t place) const;

    std::size_t max_size() const { return marks_.max_size; }

  private:
    void read_again(const Catalog& catalog, Time now, const char* text, std::size_t size, Scanned& out);

    const MarkText mark_;
    Marks marks_;
    struct Room;
    std::unique_ptr<Room> room_;
};

// A text with the margins that a scanner asks for.
class MarginText {
  public:
    MarginText() = default;
    explicit MarginText(std::string_view text) { assign(text); }
    void assign(std::string_view text);
    const char* data() const { return bytes_.data() + kMargin; }
    std::size_t size() const { return bytes_.size() - 2 * kMargin; }
    std::string_view view() const { return {data(), size()}; }

  private:
    std::string bytes_ = std::string(2 * kMargin, '\0');
};

}  // namespace comity::intelligence::match
