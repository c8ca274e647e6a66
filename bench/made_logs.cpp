#include "bench/made_logs.h"

#include <fmt/format.h>

#include <bit>

namespace comity::bench {

namespace {

constexpr std::size_t kPlanted = 10'000;

std::uint64_t mixed(std::uint64_t n) {  // splitmix64
    n += 0x9e3779b97f4a7c15;
    n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
    n = (n ^ n >> 27) * 0x94d049bb133111eb;
    return n ^ n >> 31;
}

// Listed addresses lie in networks /20 with an odd number of bits, harmless ones in the others.
std::uint32_t address(std::uint64_t random, bool listed) {
    auto number = static_cast<std::uint32_t>(random);
    number = (11 + (number >> 24) % 80) << 24 | (number & 0xffffff);
    if ((std::popcount(number >> 12) % 2 == 1) != listed) number ^= 1u << 12;
    return number;
}
std::string dotted(std::uint32_t a) {
    return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}
std::string letters(std::uint64_t random, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i, random /= 26) out += static_cast<char>('a' + random % 26);
    return out;
}
// Names of listed domains begin with "v", those of harmless ones with "h".
std::string domain(std::uint64_t random, bool listed) {
    static constexpr const char* kTlds[] = {"com", "net", "org", "info", "ru", "top", "co.uk", "xyz"};
    return (listed ? "v" : "h") + letters(random, 6 + random % 9) + "." + kTlds[random >> 50 & 7];
}
std::string sum(std::uint64_t random, bool listed) {
    static constexpr std::size_t kDigits[] = {32, 40, 64, 64};
    std::string out = listed ? "1" : "2";
    for (std::uint64_t n = 0; out.size() < kDigits[random & 3]; ++n)
        out += fmt::format("{:016x}", mixed(random + n));
    out.resize(kDigits[random & 3]);
    return out;
}

std::string indicator(std::size_t i) {
    const std::uint64_t random = mixed(i);
    const unsigned part = static_cast<unsigned>(mixed(random) % 1000);
    if (part < 533) return domain(random, true);
    if (part < 793) return dotted(address(random, true));
    if (part < 844) {
        const unsigned length = 20 + static_cast<unsigned>(random >> 40) % 11;
        return fmt::format("{}/{}", dotted(address(random, true) & ~std::uint32_t{0} << (32 - length)),
                           length);
    }
    if (part < 948) return sum(random, true);
    return fmt::format("http://{}/{}", domain(random, random % 2 == 0), letters(mixed(random), 12));
}

class Writer {
  public:
    explicit Writer(unsigned seed) : random_(seed) {}
    std::uint64_t draw() { return random_(); }
    std::string ip() {
        // Most traffic is with few.
        const std::uint64_t r = draw();
        return dotted(address(r % 5 == 0 ? r : mixed(r % 3000), false));
    }
    std::string own() { return fmt::format("10.{}.{}.{}", draw() % 4, draw() % 256, draw() % 256); }
    std::string host() {
        const std::uint64_t r = draw();
        if (r % 4 == 0)
            return fmt::format("e{}.{}.cdn.{}", r >> 40, letters(r, 4), domain(mixed(r % 500), false));
        return "www." + domain(mixed(r % 60'000), false);
    }
    std::string uid() {
        std::string out = "C";
        for (std::uint64_t r = draw(), i = 0; i < 17; ++i, r = r / 36 + mixed(r))
            out += "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"[r % 46];
        return out;
    }
    // What a hit looks like: as listed, in capitals, below a name, in a network, in a URL.
    std::string planted(bool& as_address) {
        const std::string value = indicator(draw() % kPlanted);
        as_address = false;
        if (value.find("://") != std::string::npos) return value;
        if (const std::size_t slash = value.find('/'); slash != std::string::npos) {
            as_address = true;
            return value.substr(0, slash);
        }
        as_address = value.find_first_not_of("0123456789.") == std::string::npos;
        if (as_address || value.find('.') == std::string::npos) return value;
        switch (draw() % 3) {
            case 0:
                return value;
            case 1:
                return "cdn.Mail." + value + ".";
            default: {
                std::string upper = value;
                for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
                return upper;
            }
        }
    }
    std::string decoy() {
        const std::string value = indicator(draw() % kPlanted);
        if (value.find('/') != std::string::npos) return "x" + value.substr(0, 3) + "none.example-host.com";
        if (value.find_first_not_of("0123456789.") == std::string::npos) return "9" + value + "9";
        if (value.find('.') == std::string::npos) return "a" + value + "f";
        return draw() % 2 == 0 ? "zz" + value : value + ".other-host.org";
    }

  private:
    std::mt19937_64 random_;
};

template <typename Line>
MadeLog made(std::size_t bytes, unsigned seed, std::string header, Line line) {
    MadeLog log;
    Writer writer(seed);
    log.text = std::move(header);
    log.text.reserve(bytes + 4096);
    std::uint64_t number = static_cast<std::uint64_t>(std::count(log.text.begin(), log.text.end(), '\n'));
    while (log.text.size() < bytes) {
        ++number;
        const std::uint64_t draw = writer.draw() % 1000;
        std::string special;
        bool as_address = false;
        if (draw == 0) {
            special = writer.planted(as_address);
            log.hits.push_back(number);
        } else if (draw == 1) {
            special = writer.decoy();
            ++log.decoys;
        }
        line(writer, special, as_address, log.text);
    }
    return log;
}

}  // namespace

std::string made_indicators(std::size_t count) {
    std::string out;
    out.reserve(count * 20);
    for (std::size_t i = 0; i < count; ++i) {
        out += indicator(i);
        out += '\n';
    }
    return out;
}

MadeLog made_zeek(std::size_t bytes) {
    return made(
        bytes, 1,
        "#separator "
        "\\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_"
        "p\tproto\ta\tb\tc\td\te\tf\tg\th\n",
        [](Writer& w, const std::string& special, bool as_address, std::string& out) {
            const auto at = std::back_inserter(out);
            const std::uint64_t r = w.draw();
            fmt::format_to(at, "17{:08}.{:06}\t{}\t{}\t{}\t{}\t", r % 100'000'000, r >> 40 & 0xfffff, w.uid(),
                           w.own(), r % 65536, as_address ? special : w.ip());
            const std::string name = special.empty() || as_address ? w.host() : special;
            const unsigned kind = special.empty() || as_address ? r >> 8 & 15 : 8;
            if (kind < 8) {
                fmt::format_to(
                    at, "443\ttcp\tssl\t{}.{:06}\t{}\t{}\tSF\tT\tF\t0\tShADadfF\t{}\t{}\t{}\t{}\t-\n",
                    r % 100, r % 1'000'000, r % 9000, r % 90'000, r % 40, r % 9999, r % 44, r % 88'888);
            } else if (kind < 12) {
                fmt::format_to(at,
                               "53\tudp\t{}\t0.{:06}\t{}\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t{}"
                               "\t{}.000000\tF\n",
                               r % 65536, r % 999'999, name, w.ip(), r % 3600);
            } else if (kind < 15) {
                fmt::format_to(at,
                               "80\ttcp\t1\tGET\t{}\t/{}/{}.html?id={}\thttp://{}/index.html\t1.1\tMozilla/"
                               "5.0 (X11; Linux x86_64) AppleWebKit/537.36\t-\t0\t{}\t200\tOK\n",
                               name, letters(r, 6), letters(r >> 20, 9), r % 99'999, w.host(), r % 90'000);
            } else {
                fmt::format_to(at, "80\ttcp\tHTTP\t0\tMD5,SHA1\tapplication/zip\t-\t0.0{}\t{}\t{}\n",
                               r % 10'000, sum(r * 4, false), sum(r * 4 + 1, false));
            }
        });
}

MadeLog made_json(std::size_t bytes) {
    return made(bytes, 2, "", [](Writer& w, const std::string& special, bool as_address, std::string& out) {
        const std::uint64_t r = w.draw();
        fmt::format_to(
            std::back_inserter(out),
            R"({{"ts":17{:08}.{:06},"uid":"{}","id.orig_h":"{}","id.orig_p":{},"id.resp_h":"{}","id.resp_p":53,"proto":"udp","trans_id":{},"rtt":0.0{},"query":"{}","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["{}"],"TTLs":[{}.0],"rejected":false}})"
            "\n",
            r % 100'000'000, r >> 40 & 0xfffff, w.uid(), w.own(), r % 65536, as_address ? special : w.ip(),
            r % 65536, r % 99'999, special.empty() || as_address ? w.host() : special, w.ip(), r % 3600);
    });
}

}  // namespace comity::bench
