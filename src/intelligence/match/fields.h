// Log formats with fields: which value of a line stands in which. A line is taken apart only where a scan has
// met something in it, so that knowing fields costs nothing elsewhere.
//
//     format          known by                           fields
//     zeek            "#separator", "#fields"            as the header names them
//     json            a line that begins with "{"        "id.orig_h", "dns.rrname", "answers[0]": Zeek's
//                                                      JSON, EVE, any other
//     web             Common and Combined Log Format,      client, user, method, uri, referer, agent;
//                     Apache's with its virtual host       host
//     dns             BIND, Unbound, dnsmasq, PowerDNS     client, query, answer
//     syslog          RFC 5424 and RFC 3164                host, app, message
//     csv             a header with three columns          as the header names them (NetFlow's too)
//     text            anything else                        none
//
// A byte order mark before the first line is passed over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intelligence::match {

enum class LogFormat : std::uint8_t { kText, kZeek, kJson, kWeb, kDns, kSyslog, kCsv };
std::string_view to_string(LogFormat format);  // "text", "zeek", ...
std::optional<LogFormat> parse_log_format(std::string_view name);

struct Field {
    std::string name;
    std::size_t begin = 0;  // in the line, without quotes
    std::size_t end = 0;
    std::string value;  // without escapes
};

// A file's format with what its header says. One thread.
class LogFields {
  public:
    // Told by the file's first bytes: some lines, the last of which may be cut.
    static LogFields detect(std::string_view beginning);
    explicit LogFields(LogFormat format = LogFormat::kText) : format_(format) {}

    LogFormat format() const { return format_; }
    // A line that changes what follows: Zeek's "#fields" and "#separator". Others are passed over.
    void comment(std::string_view line);
    // What the first line of CSV says.
    void header(std::string_view line);
    // The first line is a header and holds no data.
    bool first_is_header() const { return format_ == LogFormat::kCsv; }

    // As far as the line has the format's form.
    std::vector<Field> fields(std::string_view line) const;

  private:
    std::vector<Field> zeek(std::string_view line) const;
    std::vector<Field> csv(std::string_view line) const;

    LogFormat format_;
    char separator_ = '\t';
    std::vector<std::string> names_;
};

// Where the line's host and path are fields of their own (Zeek's http.log, EVE's http, web proxies' CSV): the
// URLs that they make up, with the field that holds the host.
struct JoinedUrl {
    std::string url;
    const Field* field = nullptr;
};
std::vector<JoinedUrl> joined_urls(const std::vector<Field>& fields);

// The parts of formats that are files of their own.
std::vector<Field> json_fields(std::string_view line);
std::vector<Field> web_fields(std::string_view line);
std::vector<Field> dns_fields(std::string_view line);
std::vector<Field> syslog_fields(std::string_view line);

}  // namespace comity::intelligence::match
