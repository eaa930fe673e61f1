// Keys and encryption of Kerberos by OpenSSL against the samples of RFC 3962 and RFC 8009, and
// against those that MIT's library is tested with.
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/support/kerberos_bytes.h"

namespace negodbc::kerberos_messages {
namespace {

struct Derivation {
  std::int32_t enctype;
  Purpose purpose;
  const char* base;
  const char* derived;
};

TEST(KerberosKeys, Are_derived_as_the_samples_are) {
  constexpr char aes128[] = "42263C6E89F4FC28B8DF68EE09799F15";
  constexpr char aes256[] = "FE697B52BC0D3CE14432BA036A92E65BBB52280990A2FA27883998D72AF30161";
  constexpr char sha256[] = "3705D96080C17728A0E800EAB6E0D23C";
  constexpr char sha384[] = "6D404D37FAF79F9DF0D33568D320669800EB4836472EA8A026D16B7182460C52";
  const std::vector<Derivation> samples = {
      {17, Purpose::kChecksum, aes128, "34280A382BC92769B2DA2F9EF066854B"},
      {17, Purpose::kEncryption, aes128, "5B14FC4E250E14DDF9DCCF1AF6674F53"},
      {17, Purpose::kIntegrity, aes128, "4ED31063621684F09AE8D89991AF3E8F"},
      {18, Purpose::kChecksum, aes256,
       "BFAB388BDCB238E9F9C98D6A878304F04D30C82556375AC507A7A852790F4674"},
      {18, Purpose::kEncryption, aes256,
       "C7CFD9CD75FE793A586A542D87E0D1396F1134A104BB1A9190B8C90ADA3DDF37"},
      {18, Purpose::kIntegrity, aes256,
       "97151B4C76945063E2EB0529DC067D97D7BBA90776D8126D91F34F3101AEA8BA"},
      {19, Purpose::kChecksum, sha256, "B31A018A48F54776F403E9A396325DC3"},
      {19, Purpose::kEncryption, sha256, "9B197DD1E8C5609D6E67C3E37C62C72E"},
      {19, Purpose::kIntegrity, sha256, "9FDA0E56AB2D85E1569A688696C26A6C"},
      {20, Purpose::kChecksum, sha384, "EF5718BE86CC84963D8BBB5031E9F5C4BA41F28FAF69E73D"},
      {20, Purpose::kEncryption, sha384,
       "56AB22BEE63D82D7BC5227F6773F8EA7A5EB1C825160C38312980C442E5C7E49"},
      {20, Purpose::kIntegrity, sha384, "69B16514E3CD8E56B82010D5C73012B622C4D00FFC23ED1F"},
  };
  for (const Derivation& sample : samples) {
    auth::SecretBytes key;
    ASSERT_TRUE(derive_key(crypto(), *find_enctype(sample.enctype), hex(sample.base), Usage{2},
                           sample.purpose, key));
    EXPECT_EQ(Bytes(key.begin(), key.end()), hex(sample.derived)) << sample.derived;
  }
  auth::SecretBytes key;
  EXPECT_FALSE(
      derive_key(crypto(), *find_enctype(18), hex(aes128), Usage{2}, Purpose::kChecksum, key))
      << "a key of another size";
}

TEST(AesCts, Steals_ciphertext_as_RFC_3962_does) {
  constexpr std::string_view order =
      "I would like the General Gau's Chicken, please, and wonton soup.";
  struct Sample {
    std::size_t size;
    const char* ciphertext;
  };
  const std::vector<Sample> samples = {
      {17, "c6353568f2bf8cb4d8a580362da7ff7f97"},
      {31, "fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5"},
      {32, "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584"},
      {47,
       "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98e"
       "b"
       "f5"},
      {48,
       "97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98e"
       "b"
       "f5a8"},
      {64,
       "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7"
       "b"
       "c8409dad8bbb96c4cdc03bc103e1a194bbd8"},
  };
  const Bytes key = text("chicken teriyaki");
  for (const Sample& sample : samples) {
    auto cts = AesCts::with_keys(crypto(), *find_enctype(17), key, key, Direction::kEncrypt);
    ASSERT_TRUE(cts);
    Bytes made = encrypt(*cts, text(order.substr(0, sample.size)));
    made.resize(sample.size);
    EXPECT_EQ(made, hex(sample.ciphertext)) << sample.size;
  }
}

struct Encryption {
  std::int32_t enctype;
  std::uint32_t usage;
  const char* key;
  const char* plain;
  const char* confounder;  // "": not told
  const char* ciphertext;
};

TEST(AesCts, Encrypts_and_decrypts_as_the_samples) {
  constexpr char none[] = "";
  constexpr char six[] = "000102030405";
  constexpr char block[] = "000102030405060708090A0B0C0D0E0F";
  constexpr char more[] = "000102030405060708090A0B0C0D0E0F1011121314";
  constexpr char thirty[] =
      "3330206279746573206279746573206279746573206279746573206279"
      "74";
  constexpr char sha256[] = "3705D96080C17728A0E800EAB6E0D23C";
  constexpr char sha384[] = "6D404D37FAF79F9DF0D33568D320669800EB4836472EA8A026D16B7182460C52";
  const std::vector<Encryption> samples = {
      {17, 0, "5A5C0F0BA54F3828B2195E66CA24A289", none, "",
       "49FF8E11C173D9583A3254FBE7B1F1DF36C538E8416784A1672E6676"},
      {17, 1, "98450E3F3BAA13F5C99BEB936981B06F", "31", "",
       "F86742F537B35DC2174A4DBAA920FAF9042090B065E1EBB1CAD9A65394"},
      {17, 4, "DCEEB70B3DE76562E689226C76429148", thirty, "",
       "C96081032D5D8EEB7E32B4089F789D0FAA481DEA74C0F97CBF3146DDFCF8E800156ECB532FC203E30FF600B63B3"
       "5"
       "0939FECE510F02D7FF1E7BAC"},
      {18, 0, "17F275F2954F2ED1F90C377BA7F4D6A369AA0136E0BF0C927AD6133C693759A9", none, "",
       "E5094C55EE7B38262E2B044280B069379A95BF95BD8376FB3281B435"},
      {18, 1, "B9477E1FF0329C0050E20CE6C72D2DFF27E8FE541AB0954429A9CB5B4F7B1E2A", "31", "",
       "406150B97AEB76D43B36B62CC1ECDFBE6F40E95755E0BEB5C27825F3A4"},
      {18, 4, "F1C795E9248A09338D82C3F8D5B567040B0110736845041347235B1404231398", thirty, "",
       "D1137A4D634CFECE924DBC3BF6790648BD5CFF7DE0E7B99460211D0DAEF3D79A295C688858F3B34B9CBD6EEBAE8"
       "1"
       "DAF6B734D4D498B6714F1C1D"},
      {19, 2, sha256, none, "7E5895EAF2672435BAD817F545A37148",
       "EF85FB890BB8472F4DAB20394DCA781DAD877EDA39D50C870C0D5A0A8E48C718"},
      {19, 2, sha256, six, "7BCA285E2FD4130FB55B1A5C83BC5B24",
       "84D7F30754ED987BAB0BF3506BEB09CFB55402CEF7E6877CE99E247E52D16ED4421DFDF8976C"},
      {19, 2, sha256, block, "56AB21713FF62C0A1457200F6FA9948F",
       "3517D640F50DDC8AD3628722B3569D2AE07493FA8263254080EA65C1008E8FC295FB4852E7D83E1E7C48C37EEBE"
       "6"
       "B0D3"},
      {19, 2, sha256, more, "A7A4E29A4728CE10664FB64E49AD3FAC",
       "720F73B18D9859CD6CCB4346115CD336C70F58EDC0C4437C5573544C31C813BCE1E6D072C186B39A413C2F92CA9"
       "B"
       "8334A287FFCBFC"},
      {20, 2, sha384, none, "F764E9FA15C276478B2C7D0C4E5F58E4",
       "41F53FA5BFE7026D91FAF9BE959195A058707273A96A40F0A01960621AC612748B9BBFBE7EB4CE3C"},
      {20, 2, sha384, six, "B80D3251C1F6471494256FFE712D0B9A",
       "4ED7B37C2BCAC8F74F23C1CF07E62BC7B75FB3F637B9F559C7F664F69EAB7B6092237526EA0D1F61CB20D69D10F"
       "2"},
      {20, 2, sha384, block, "53BF8A0D105265D4E276428624CE5E63",
       "BC47FFEC7998EB91E8115CF8D19DAC4BBBE2E163E87DD37F49BECA92027764F68CF51F14D798C2273F35DF574D1"
       "F"
       "932E40C4FF255B36A266"},
      {20, 2, sha384, more, "763E65367E864F02F55153C7E3B58AF1",
       "40013E2DF58E8751957D2878BCD2D6FE101CCFD556CB1EAE79DB3C3EE86429F2B2A602AC86FEF6ECB647D6295FA"
       "E"
       "077A1FEB517508D2C16B4192E01F62"},
  };
  for (const Encryption& sample : samples) {
    const Enctype& enctype = *find_enctype(sample.enctype);
    const auto make = [&](Direction direction) {
      return AesCts::make(crypto(), enctype, hex(sample.key), Usage{sample.usage}, direction);
    };
    auto opener = make(Direction::kDecrypt);
    auto sealer = make(Direction::kEncrypt);
    ASSERT_TRUE(opener && sealer);
    const Bytes ciphertext = hex(sample.ciphertext);
    // Twice: the second message begins as the first one.
    for (int round = 0; round < 2; ++round) {
      Bytes row = ciphertext;
      ASSERT_TRUE(opener->decrypt(row)) << sample.ciphertext;
      row.resize(row.size() - enctype.mac_size);
      EXPECT_EQ(Bytes(row.begin() + kBlock, row.end()), hex(sample.plain));
      const Bytes confounder(row.begin(), row.begin() + kBlock);
      if (sample.confounder[0] != '\0') {
        EXPECT_EQ(confounder, hex(sample.confounder));
      }
      EXPECT_EQ(encrypt(*sealer, row), ciphertext);
    }
    for (std::size_t at = 0; at < ciphertext.size(); ++at) {
      Bytes altered = ciphertext;
      altered[at] ^= std::byte{0x20};
      EXPECT_FALSE(opener->decrypt(altered)) << at;
    }
    for (std::size_t size = 0; size < ciphertext.size(); ++size) {
      Bytes shorter(ciphertext.begin(), ciphertext.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(opener->decrypt(shorter)) << size;
    }
  }
}

}  // namespace
}  // namespace negodbc::kerberos_messages
