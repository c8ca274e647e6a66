// The index file, byte for byte (docs/formats.md, "The index of indicators"). All numbers are little-endian,
// as those of every machine that this program is built for.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "intelligence/match/hash.h"

namespace comity::intelligence::match {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::array<char, 8> kMagic = {'C', 'O', 'M', 'I', 'T', 'Y', 'I', 'X'};
inline constexpr std::uint32_t kIndexVersion = 3;

// The sections, in the order in which they stand in the file.
enum class Section : std::uint8_t {
    kFilter,     // words of 64 bits: which values may be there, and names that end as some of them do
    kSlots,      // words of 64 bits: where a value's entry is
    kEntries,    // the values
    kNetworks4,  // 2 words for each 64 networks /24 of IPv4: those with a leaf; those that are listed whole
    kRanks4,     // u32 for each of these: leaves before it
    kLeaves4,    // 4 words each: which addresses of a /24 are listed
    kPrefixes4,  // Prefix4, by length and address
    kRecords,    // Record
    kStrings,    // u16 length and bytes, each
    kPatterns,   // PatternHead and text, each
    kRecipe,     // how it was made: recipe.h
};
inline constexpr std::size_t kSections = 11;

struct SectionPlace {
    std::uint64_t offset = 0;  // in the file; a multiple of 64
    std::uint64_t size = 0;    // bytes
    std::array<std::uint8_t, 32> sha256{};
};

inline constexpr std::size_t kIndexKinds = 16;

struct Header {
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kIndexVersion;
    std::uint32_t size = 0;  // of this header
    Seed seed;
    std::int64_t created = 0;  // microseconds since 1970
    std::uint64_t file_size = 0;
    std::array<std::uint8_t, 32>
        base{};  // of increments: the header digest of the index they change; else zero
    std::array<std::uint64_t, kIndexKinds> values{};  // of each kind
    std::array<std::uint32_t, 34> prefixes4{};        // where in kPrefixes4 each length begins; the end
    std::array<std::uint64_t, 3> lengths6{};          // bit n: there are IPv6 networks /n
    std::uint64_t patterns = 0;                       // that are listed
    std::array<SectionPlace, kSections> sections{};
    std::array<std::uint8_t, 32> sha256{};  // of the header before it
};
static_assert(sizeof(Header) == 8 + 4 + 4 + 32 + 8 + 8 + 32 + 16 * 8 + 34 * 4 + 3 * 8 + 8 + 11 * 48 + 32);

struct Prefix4 {
    std::uint32_t address = 0;  // as a number, host bits zero
    std::uint32_t records = 0;
};

// One indicator that says a value is harmful; those of one value follow each other.
struct Record {
    std::array<std::uint8_t, 16> uuid{};  // of the STIX indicator; zero: it has none
    std::uint32_t source = 0;             // who says so: offset in kStrings
    std::uint32_t name = 0;               // offset in kStrings
    std::uint32_t valid_until = 0;        // seconds since 1970; 0: without end
    std::uint8_t confidence = 0xff;       // 0 to 100; 255: not stated
    std::uint8_t tlp = 0;                 // ledger::Tlp + 1; 0: not stated
    std::uint8_t last = 0;                // 1: the value's last
    std::uint8_t reserved = 0;
};
static_assert(sizeof(Record) == 32);

// A STIX pattern that asks for more than one of some values; by text, then grammar.
struct PatternHead {
    std::uint32_t records = 0;
    std::uint32_t size = 0;    // bytes of its text
    std::uint8_t grammar = 0;  // 20 or 21: STIX 2.0's, 2.1's
    std::array<std::uint8_t, 7> reserved{};
};
static_assert(sizeof(PatternHead) == 16);
inline constexpr std::uint8_t kGrammar20 = 20;
inline constexpr std::uint8_t kGrammar21 = 21;

// In place of a first record.
inline constexpr std::uint32_t kMarker =
    0xffffffff;                                     // no indicator: a URL or an e-mail address has this host
inline constexpr std::uint32_t kGone = 0xfffffffe;  // of increments: no longer there

// An entry: u8 kind (ValueKind, or kMarkerKind), u8 size, u32 first record, then so many bytes.
inline constexpr std::uint8_t kMarkerKind = 31;
inline constexpr std::size_t kEntryHead = 6;

// A slot: bits 0 to 39 the entry's offset + 1, bits 40 to 63 a part of the hash; 0: empty. Entries lie as
// near behind their place as those before allow, in the order of their hashes.
inline std::uint64_t slot_of(std::uint64_t hash, std::uint64_t offset) {
    return (hash >> 16 & 0xffffff) << 40 | (offset + 1);
}
inline std::uint64_t place_in(std::uint64_t hash, std::uint64_t count) {
    return static_cast<std::uint64_t>(static_cast<WideProduct>(hash) * count >> 64);
}
// The bits of a word of the filter that are set for a value.
inline std::uint64_t filter_bits(std::uint64_t hash) {
    return std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63) |
           std::uint64_t{1} << (hash >> 12 & 63) | std::uint64_t{1} << (hash >> 18 & 63);
}

// The last two labels of a name: of every name the filter has them as if they were listed, so that a scan
// asks once for most names, whatever their parents. Empty where it has no more than two.
inline constexpr std::string_view last_labels(std::string_view name) {
    const std::size_t last = name.rfind('.');
    if (last == std::string_view::npos || last == 0) return {};
    const std::size_t before = name.rfind('.', last - 1);
    return before == std::string_view::npos ? std::string_view() : name.substr(before + 1);
}

inline constexpr std::size_t kFilterBits = 14;          // a value, and the end of a name
inline constexpr std::size_t kSpareSlots = 64;          // behind the last place
inline constexpr std::uint64_t kMaxProbes = 4096;       // slots looked at for one value
inline constexpr std::size_t kNets4 = (1u << 24) / 64;  // groups of 64 networks /24

}  // namespace comity::intelligence::match
