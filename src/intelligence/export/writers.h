// The writers of formats.h, one a language.
#pragma once

#include "intelligence/export/formats.h"

namespace comity::intelligence {

struct Writing {
    const std::vector<ActiveValue>& values;  // sorted, each of a kind that the format takes
    std::string& text;
    std::vector<NotExported>& left;
    std::size_t& count;

    void leave(const ActiveValue& value, std::string why) const {
        left.push_back({value.id, value.indicator.value, std::move(why)});
    }
};

void write_suricata(Writing& writing);
Result<void> write_dataset(Writing& writing);
void write_snort(Writing& writing);
void write_zeek(Writing& writing);
void write_rpz(Writing& writing);
void write_names(Writing& writing, ExportFormat format);
void write_nftables(Writing& writing);
void write_ipset(Writing& writing);
void write_plain(Writing& writing);
void write_csv(Writing& writing);
void write_stix(Writing& writing);
void write_misp(Writing& writing);

// A URL in its parts, as rules compare them.
struct UrlParts {
    std::string_view scheme;  // "https"
    std::string_view host;    // without brackets
    std::string_view path;    // with query, from its "/"; empty: none
};
UrlParts parts_of(std::string_view url);
// Letters, digits, "-", "_" and "." alone: what every language takes.
bool is_ascii_name(std::string_view name);

}  // namespace comity::intelligence
