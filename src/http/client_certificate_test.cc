#include "base/bytes.h"
#include "http/server_fixture.h"

namespace florin::http {
namespace {

struct ClientCertificateTest : ServerTest {
  ClientCertificateTest() { options.certificate.clientAuthoritiesPem = authority.pem(); }

  // whose asks the server what certificate it saw; "refused": it did not answer.
  std::string whose(const ClientIdentity* identity) {
    ClientOptions with;
    with.identity = identity;
    const auto client = TlsClient::connect(server->port(), with);
    if (client == nullptr || !client->send(get("/whose"))) return "refused";
    const Response response = client->receive();
    resumable = client->hasTicket();
    return response.status == 200 ? response.body : "refused";
  }

  TestAuthority authority;
  bool resumable = false;
};

TEST_F(ClientCertificateTest, CertificateOfTheAuthorityIsProved) {
  start();
  for (const char* name : {"one", "two"}) {
    const ClientIdentity identity = authority.issue(name);
    EXPECT_EQ(whose(&identity), base::toHex(identity.sha256()));
  }
}

TEST_F(ClientCertificateTest, ClientWithoutOneIsServedAndMayResume) {
  start();
  EXPECT_EQ(whose(nullptr), "");
  EXPECT_TRUE(resumable);
}

TEST_F(ClientCertificateTest, ProofIsGivenAnewOnEveryConnection) {
  start();
  const ClientIdentity identity = authority.issue("issuer");
  EXPECT_EQ(whose(&identity), base::toHex(identity.sha256()));
  EXPECT_FALSE(resumable);
}

TEST_F(ClientCertificateTest, CertificateOfAnotherAuthorityIsRefused) {
  start();
  const ClientIdentity foreign = TestAuthority().issue("issuer");
  EXPECT_EQ(whose(&foreign), "refused");
  EXPECT_TRUE(lives());
}

TEST_F(ClientCertificateTest, CertificateThatIsOverIsRefused) {
  start();
  const ClientIdentity over = authority.issue("issuer", -60);
  EXPECT_EQ(whose(&over), "refused");
}

TEST_F(ClientCertificateTest, NobodyIsAskedWhereNoAuthorityIsNamed) {
  options.certificate.clientAuthoritiesPem.clear();
  start();
  const ClientIdentity identity = authority.issue("issuer");
  EXPECT_EQ(whose(&identity), "");
}

TEST_F(ClientCertificateTest, ReloadBringsAnotherAuthority) {
  start();
  const TestAuthority another;
  const ClientIdentity before = authority.issue("issuer");
  const ClientIdentity after = another.issue("issuer");
  EXPECT_EQ(whose(&after), "refused");
  Certificate fresh = newCertificate();
  fresh.clientAuthoritiesPem = another.pem();
  ASSERT_TRUE(server->reloadCertificate(fresh).ok());
  EXPECT_EQ(whose(&after), base::toHex(after.sha256()));
  EXPECT_EQ(whose(&before), "refused");

  fresh = newCertificate();
  fresh.clientAuthoritiesPem = "no certificate";
  EXPECT_EQ(server->reloadCertificate(fresh).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(whose(&after), base::toHex(after.sha256()));
}

}  // namespace
}  // namespace florin::http
