#include "intelligence/export/benign.h"

#include <array>

namespace comity::intelligence {
namespace {

constexpr std::string_view kSpecialAddresses[] = {
    "0.0.0.0/8",       "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",   "169.254.0.0/16",  "172.16.0.0/12",
    "192.0.0.0/24",    "192.0.2.0/24",    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15",   "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/127",          "::ffff:0:0/96",   "64:ff9b::/96",   "64:ff9b:1::/48", "100::/64",        "2001::/23",
    "2001:db8::/32",   "2002::/16",       "2620:4f:8000::/48", "3fff::/20",   "5f00::/16",       "fc00::/7",
    "fe80::/10",       "ff00::/8"};
constexpr std::string_view kSpecialNames[] = {
    "alt",     "example",  "example.com", "example.net", "example.org", "invalid", "local",
    "localhost", "onion",  "test",        "home.arpa",   "in-addr.arpa", "ip6.arpa", "internal"};
constexpr std::string_view kResolvers[] = {
    "1.1.1.1", "1.0.0.1", "1.1.1.2", "1.0.0.2", "1.1.1.3", "1.0.0.3", "8.8.8.8", "8.8.4.4", "9.9.9.9", "9.9.9.10",
    "9.9.9.11", "149.112.112.112", "149.112.112.10", "149.112.112.11", "208.67.222.222", "208.67.220.220",
    "94.140.14.14", "94.140.15.15", "185.228.168.9", "185.228.169.9", "4.2.2.1", "4.2.2.2", "77.88.8.8", "77.88.8.1",
    "114.114.114.114", "114.114.115.115", "223.5.5.5", "223.6.6.6", "119.29.29.29", "2606:4700:4700::1111",
    "2606:4700:4700::1001", "2001:4860:4860::8888", "2001:4860:4860::8844", "2620:fe::fe", "2620:fe::9",
    "2620:119:35::35", "2620:119:53::53"};
constexpr std::string_view kRootServers[] = {
    "198.41.0.4", "170.247.170.2", "192.33.4.12", "199.7.91.13", "192.203.230.10", "192.5.5.241", "192.112.36.4",
    "198.97.190.53", "192.36.148.17", "192.58.128.30", "193.0.14.129", "199.7.83.42", "202.12.27.33",
    "2001:503:ba3e::2:30", "2801:1b8:10::b", "2001:500:2::c", "2001:500:2d::d", "2001:500:a8::e", "2001:500:2f::f",
    "2001:500:12::d0d", "2001:500:1::53", "2001:7fe::53", "2001:503:c27::2:30", "2001:7fd::1", "2001:500:9f::42",
    "2001:dc3::35"};
constexpr std::string_view kServerNames[] = {"root-servers.net", "gtld-servers.net", "nstld.com", "iana-servers.net",
                                             "dns.google", "one.one.one.one", "cloudflare-dns.com", "dns.quad9.net",
                                             "resolver1.opendns.com", "resolver2.opendns.com"};
constexpr std::string_view kOrganisations[] = {
    "iana.org", "icann.org", "ietf.org", "ripe.net", "arin.net", "apnic.net", "lacnic.net", "afrinic.net",
    "internic.net", "isoc.org", "first.org", "w3.org", "un.org", "who.int", "itu.int", "interpol.int", "redcross.org",
    "icrc.org", "wikipedia.org", "wikimedia.org", "mozilla.org", "debian.org", "kernel.org", "letsencrypt.org",
    "lencr.org", "digicert.com", "globalsign.com", "sectigo.com", "verisign.com", "pool.ntp.org", "time.nist.gov"};
constexpr std::string_view kCompanies[] = {
    "google.com",      "gstatic.com",  "youtube.com",      "gmail.com",           "microsoft.com", "windowsupdate.com",
    "live.com",        "office.com",   "outlook.com",      "hotmail.com",         "office365.com", "microsoftonline.com",
    "msftconnecttest.com", "msftncsi.com", "windows.com",  "bing.com",            "apple.com",     "icloud.com",
    "facebook.com",    "fbcdn.net",    "instagram.com",    "whatsapp.com",        "whatsapp.net",  "amazon.com",
    "cloudflare.com",  "akamai.net",   "akamaiedge.net",   "twitter.com",         "linkedin.com",  "yahoo.com",
    "baidu.com",       "qq.com",       "yandex.ru",        "mail.ru",             "ubuntu.com",    "redhat.com",
    "paypal.com",      "zoom.us",      "adobe.com",        "oracle.com",          "ibm.com",       "intel.com",
    "cisco.com",       "virustotal.com", "proton.me",      "protonmail.com",      "duckduckgo.com", "wikipedia.com"};
constexpr std::string_view kHosters[] = {
    "amazonaws.com",  "s3.amazonaws.com", "cloudfront.net", "azurewebsites.net", "blob.core.windows.net",
    "azureedge.net",  "trafficmanager.net", "cloudapp.net", "sharepoint.com",    "googleapis.com",
    "storage.googleapis.com", "firebaseapp.com", "web.app", "appspot.com",       "googleusercontent.com",
    "blogspot.com",   "wordpress.com",    "github.com",     "github.io",         "raw.githubusercontent.com",
    "githubusercontent.com", "gitlab.com", "gitlab.io",     "bitbucket.org",     "herokuapp.com",
    "netlify.app",    "vercel.app",       "pages.dev",      "workers.dev",       "r2.dev",
    "ngrok.io",       "ngrok-free.app",   "dropbox.com",    "dropboxusercontent.com", "mediafire.com",
    "pastebin.com",   "discord.com",      "cdn.discordapp.com", "discordapp.com", "t.me",
    "telegram.org",   "api.telegram.org", "bit.ly",         "tinyurl.com",       "t.co",
    "weebly.com",     "wixsite.com",      "duckdns.org",    "no-ip.org",         "dyndns.org",
    "npmjs.com",      "registry.npmjs.org", "pypi.org",     "files.pythonhosted.org", "docker.io",
    "archive.org",    "slack.com",        "notion.so",      "trello.com",        "sourceforge.net"};

using Kind = BenignList::Kind;
constexpr std::array kLists = {
    BenignList{"special addresses", "IANA special-purpose address registries (RFC 6890)", Kind::kNetworks,
               kSpecialAddresses},
    BenignList{"special names", "IANA special-use domain names (RFC 2606, RFC 6761)", Kind::kNames, kSpecialNames},
    BenignList{"public resolvers", "their operators' own documents", Kind::kNetworks, kResolvers},
    BenignList{"root servers", "IANA root hints", Kind::kNetworks, kRootServers},
    BenignList{"name servers everybody uses", "IANA root zone; the resolvers' operators", Kind::kNames, kServerNames},
    BenignList{"organisations of the network", "common knowledge", Kind::kNames, kOrganisations},
    BenignList{"services everybody uses", "common knowledge", Kind::kNames, kCompanies},
    BenignList{"hosts of other people's content", "common knowledge", Kind::kNamesThemselves, kHosters},
};

}  // namespace

std::span<const BenignList> benign_lists() {
    return kLists;
}

}  // namespace comity::intelligence
