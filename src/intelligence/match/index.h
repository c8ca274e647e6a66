// One index file, mapped: which values are looked for, and what is said of each.
//
//     COMITY_TRY(const auto index, Index::open("sensor.cmx"));   // quick: header and sizes
//     COMITY_CHECK(index->verify());                             // every byte: before anything is told from
//     it
//
// A file is never changed once it bears its name: a new one takes the name (builder.h), and who has the old
// one mapped keeps it. Whatever its bytes are, nothing here reads outside of them: a file that was not
// verified gives wrong answers at the worst. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "intelligence/match/layout.h"
#include "intelligence/match/value.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/identifier.h"
#include "ledger/audience.h"

namespace comity::intelligence::match {

// What one indicator says of a value.
struct About {
    std::string id;      // the STIX indicator's; empty: from a list
    std::string source;  // the member that shared it, or the list's name
    std::string name;    // the indicator's own; may be empty
    std::optional<int> confidence;
    std::optional<ledger::Tlp> tlp;
    std::optional<Time> valid_until;  // in whole seconds

    friend auto operator<=>(const About&, const About&) = default;
};

struct Entry {
    ValueKind kind = ValueKind::kDomain;
    std::string_view key;             // in the file
    std::uint32_t records = kMarker;  // or kGone
    bool listed() const { return records < kGone; }
};

struct Prefix {
    std::uint32_t address = 0;  // of IPv4
    unsigned length = 0;
    std::uint32_t records = kMarker;
    bool listed() const { return records < kGone; }
};

// A pattern that is held against records as they pass (pattern_scan.h).
struct IndexedPattern {
    std::string_view text;  // in the file
    PatternGrammar grammar = PatternGrammar::k21;
    std::uint32_t records = kMarker;  // or kGone
};

class Index {
  public:
    // kCorrupt where header or sizes are not those of an index, kInvalid where it is of another version;
    // kNotFound, kUnavailable.
    static Result<std::shared_ptr<const Index>> open(const std::filesystem::path& path);
    // The same of bytes at hand, which must outlive it. Aligned to 8.
    static Result<std::shared_ptr<const Index>> over(std::span<const std::uint8_t> bytes);
    ~Index();
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    // Reads every byte. kCorrupt names the part that is not as it was written.
    Result<void> verify() const;

    const Header& header() const { return header_; }
    const Seed& seed() const { return header_.seed; }
    std::uint64_t values() const;  // of all kinds together

    // May a value with this hash be there? Wrong for one absent value in 150.
    bool maybe(std::uint64_t hash) const {
        const std::uint64_t bits = filter_bits(hash);
        return (filter_[place_in(hash, filter_words_)] & bits) == bits;
    }
    void prefetch_filter(std::uint64_t hash) const {
        __builtin_prefetch(filter_ + place_in(hash, filter_words_));
    }
    void prefetch_slot(std::uint64_t hash) const {
        if (places_ > 0) __builtin_prefetch(slots_ + place_in(hash, places_));
    }
    // Adds every entry of that class with this key; of a name in any case. `hash`: hash_of() all three.
    void find(KeyClass key_class, std::string_view key, std::uint64_t hash, std::vector<Entry>& out) const;
    // Fetches what find() will read, in two steps: the slots, then the entry that they name.
    void prefetch_entry(std::uint64_t hash) const;
    // Is there an entry of that kind with this key that is listed?
    bool has(ValueKind kind, std::string_view key, std::uint64_t hash) const;

    bool has_addresses4() const { return nets4_ != nullptr; }
    // Is it, or a network that holds it, in the file? Exact.
    bool listed4(std::uint32_t address) const {
        if (nets4_ == nullptr) return false;
        const std::uint64_t* group = nets4_ + 2 * std::size_t{address >> 14};
        const std::uint64_t bit = std::uint64_t{1} << (address >> 8 & 63);
        return ((group[0] | group[1]) & bit) != 0 && listed_in_net(address);
    }
    void prefetch4(std::uint32_t address) const {
        if (nets4_ != nullptr) __builtin_prefetch(nets4_ + 2 * std::size_t{address >> 14});
    }
    // Those that hold it, the longest first.
    void find4(std::uint32_t address, std::vector<Prefix>& out) const;
    // That very one, if it is there.
    std::optional<Prefix> prefix4(std::uint32_t address, unsigned length) const;
    // The lengths of which there are networks of IPv6, 128 for addresses.
    bool has_length6(unsigned length) const {
        return (header_.lengths6[length / 64] >> length % 64 & 1) != 0;
    }

    std::vector<About> abouts(std::uint32_t records) const;
    // Is one of them valid at that time?
    bool valid_at(std::uint32_t records, Time now) const;

    // Every value with what is said of it, in the order of the file: for what makes a new file of it.
    // Markers are passed over; values that increments take away have no abouts.
    struct Each {
        Value value;
        std::uint32_t records = kMarker;
    };
    Result<void> each(const std::function<Result<void>(const Each&)>& take) const;
    // Every pattern likewise. Opening a file does not look at them: kCorrupt where they do not lie one behind
    // the other.
    Result<void> each_pattern(const std::function<Result<void>(const IndexedPattern&)>& take) const;
    std::uint64_t patterns() const { return header_.patterns; }
    std::string_view recipe() const;  // how it was made (recipe.h)

  private:
    Index() = default;
    Result<void> look();  // at header and sizes
    bool listed_in_net(std::uint32_t address) const;
    std::optional<Entry> entry_at(std::uint64_t offset) const;
    std::string string_at(std::uint32_t offset) const;
    std::span<const std::uint8_t> part(Section section) const;

    std::span<const std::uint8_t> bytes_;
    bool mapped_ = false;
    Header header_;
    const std::uint64_t* filter_ = nullptr;
    std::uint64_t filter_words_ = 0;
    const std::uint64_t* slots_ = nullptr;
    std::uint64_t slot_count_ = 0;
    std::uint64_t places_ = 0;  // slots without the spare ones
    const std::uint64_t* nets4_ = nullptr;
};

// The class that values of a kind are looked up in. Precondition: none of IPv4.
KeyClass class_of(ValueKind kind);
// The key of an IPv6 address or network: 16 bytes and the length.
std::string network6_key(const Network& network);

}  // namespace comity::intelligence::match
