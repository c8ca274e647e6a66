// Makes index files: whole ones, and increments that change one.
//
//     Builder builder(Seed::random...);
//     const auto about = builder.add_about({.source = "cert-ke", .confidence = 80});
//     COMITY_CHECK(builder.add({ValueKind::kDomain, "evil.net"}, about));
//     COMITY_CHECK(builder.write("sensor.cmx", now));
//
// The same values with the same seed give the same bytes, in whatever order they come. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/time.h"
#include "intelligence/match/index.h"
#include "intelligence/match/networks4.h"

namespace comity::intelligence::match {

Seed random_seed();

class Builder {
  public:
    // Of increments: `base` is the header digest of the index that they change, `seed` its seed.
    explicit Builder(const Seed& seed, const std::array<std::uint8_t, 32>& base = {});

    // A number for what is said; give it to add() for each value that it is said of.
    std::uint32_t add_about(const About& about);
    // Room for so many values of so many bytes together.
    void reserve(std::size_t values, std::size_t bytes);
    // kTooLarge over 4 GiB of values. The value must have come from value.h.
    Result<void> add(const Value& value, std::uint32_t about);
    // The same of a text that plain_value() said the kind of, or that was a Value's.
    Result<void> add(ValueKind kind, std::string_view text, std::uint32_t about);
    // In increments: the value is there no longer.
    Result<void> remove(const Value& value) { return add(value, kGone); }

    // A pattern that asks for more than one of some values; the same text may be said by several.
    void add_pattern(std::string_view text, PatternGrammar grammar, std::uint32_t about);
    // In increments: nobody says it any longer.
    void remove_pattern(std::string_view text, PatternGrammar grammar) { add_pattern(text, grammar, kGone); }

    // How it is made (recipe.h).
    void set_recipe(std::string text) { recipe_ = std::move(text); }

    // The file's bytes. Afterwards the builder is spent.
    Bytes bytes(Time created);
    // The same into a file: written beside it, flushed, and then given its name. kUnavailable.
    Result<void> write(const std::filesystem::path& path, Time created);

  private:
    struct Item {
        std::uint64_t hash = 0;
        std::uint32_t text = 0;  // offset in texts_
        std::uint32_t about = 0;
        std::uint8_t size = 0;
        std::uint8_t kind = 0;
    };
    struct Item4 {
        std::uint32_t address = 0;
        std::uint32_t about = 0;
        std::uint8_t length = 0;
    };

    Result<void> add_key(std::uint8_t kind, KeyClass key_class, std::string_view key, std::uint32_t about);
    Result<void> add_host(std::string_view host);
    std::uint32_t string(std::string_view text);
    std::uint32_t records_of(const std::vector<std::uint32_t>& abouts);
    std::string_view text_of(const Item& item) const {
        return std::string_view(texts_).substr(item.text, item.size);
    }
    void sort_items();
    // What the file's parts are made of.
    struct Made {
        Header header;
        std::vector<std::uint64_t> filter, slots;
        std::string entries;
        Networks4 networks;
        std::vector<Prefix4> prefixes;
        std::string patterns;
    };
    // The file, piece by piece; they are views of `made` and this.
    std::vector<ByteView> make(Time created, Made& made);
    void make_entries(Made& made);
    void make_prefixes(Made& made);
    std::string make_patterns(Header& header);

    const Seed seed_;
    const std::array<std::uint8_t, 32> base_;
    std::string texts_;
    std::vector<Item> items_;
    std::vector<std::uint64_t> last_labels_;  // their hashes (layout.h)
    std::vector<Item4> items4_;
    std::vector<Record> abouts_;   // as add_about() was given them
    std::vector<Record> records_;  // as the file has them
    std::vector<std::uint32_t>
        single_;  // of each about, the record that stands for it alone; kMarker: none yet
    std::map<std::vector<std::uint32_t>, std::uint32_t> several_;
    std::map<std::pair<std::string, PatternGrammar>, std::vector<std::uint32_t>> patterns_;
    std::string recipe_;
    std::string strings_;
    std::map<std::string, std::uint32_t, std::less<>> string_places_;
};

// The bytes of an index, piece by piece, into a file, as Builder::write does it.
Result<void> write_index(const std::filesystem::path& path, std::span<const ByteView> pieces);

}  // namespace comity::intelligence::match
