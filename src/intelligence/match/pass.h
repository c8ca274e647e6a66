// One pass over a text whose marks are found (marks.h): from marks to what is listed. For scanner.cpp and the
// files that hold its parts.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "intelligence/match/scanner.h"

namespace comity::intelligence::match {

// What a pass needs room for, kept from one to the next.
struct PassRoom {
    struct Probe {
        std::uint64_t hash = 0;
        std::uint32_t end = 0;
        std::uint16_t size = 0;
        bool whole = false;   // the run itself, not a parent
        bool beyond = false;  // its last two labels only: where they may be there, more is asked for
    };
    struct Name {
        Probe probe;
        Listed listed;
    };
    struct Word {
        std::uint64_t hash = 0;
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        bool hexadecimal = false;
    };
    std::vector<Probe> probes;
    std::vector<Probe> more;  // of names whose last two labels may be there
    std::vector<Name> names;
    std::vector<Word> words;
    std::vector<Listed> found;
};

class Pass {
  public:
    Pass(const Catalog& catalog, Time now, const char* text, std::size_t size, const Marks& marks,
         PassRoom& room, Scanned& out)
        : catalog_(catalog), now_(now), text_(text), size_(size), marks_(marks), room_(room), out_(out) {}

    void names();
    void addresses4();
    void addresses6();
    void words();

  private:
    std::string_view view(std::size_t begin, std::size_t end) const { return {text_ + begin, end - begin}; }
    unsigned char at(std::size_t place) const { return static_cast<unsigned char>(text_[place]); }
    bool valid(const Listed& listed) const {
        return listed.listed() && listed.index->valid_at(listed.records, now_);
    }
    void hit(std::size_t begin, std::size_t end, const Listed& listed) {
        out_.hits.push_back({begin, end - begin, 0, listed, {}});
    }

    void name_at(std::uint32_t end);
    void parents_of(std::uint32_t end, std::vector<PassRoom::Probe>& to);
    void long_parents_of(std::uint32_t end, std::vector<PassRoom::Probe>& to);
    void probe_whole(std::uint32_t begin, std::uint32_t end, std::vector<PassRoom::Probe>& to);
    void ask_probes();
    void find_names(std::vector<PassRoom::Probe>& probes);
    void tell_names();
    // A host that stands at [begin, end): is it a listed URL's or e-mail address's?
    void around_host(std::size_t begin, std::size_t end);
    void url_at(std::size_t begin, std::size_t host_end);
    void find_key(KeyClass key_class, std::string_view key, std::size_t begin, std::size_t end);
    void address6_at(std::uint32_t end);
    void odd_address4_at(std::size_t third);
    void tell_address4(std::uint32_t address, std::size_t begin, std::size_t end);
    void run_at(std::uint32_t end);
    void word_at(std::size_t begin, std::size_t end);

    const Catalog& catalog_;
    const Time now_;
    const char* const text_;
    const std::size_t size_;
    const Marks& marks_;
    PassRoom& room_;
    Scanned& out_;
};

enum Look : std::uint8_t {
    kIsDigit = 1,
    kIsAlnum = 2,
    kIsWord = 4,    // and ".", "-", "_", bytes over 0x7f
    kIsRun = 8,     // letters, digits, "+/:_"
    kIsLocal = 16,  // before the "@" of an e-mail address
    kIsUrl = 32,    // what a URL may hold
    kIsEnd = 64,    // what ends a sentence rather than a URL
};
// What a byte is, for loops over single bytes.
extern const std::uint8_t (&look_bits)[256];
inline bool looks(char c, unsigned what) {
    return (look_bits[static_cast<unsigned char>(c)] & what) != 0;
}

}  // namespace comity::intelligence::match
