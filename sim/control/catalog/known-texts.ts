/** An error text of contract 10 and a command that meets it; `<p>` stands for the profile. */
export interface KnownText {
  readonly text: string;
  readonly commands: readonly string[];
}

const session = ["listen", "msg send"];

export const knownTexts: readonly KnownText[] = [
  { text: 'Profile "<p>" has no credentials. Run: auth login', commands: session },
  { text: "Profile <p>: not logged in", commands: ["auth status"] },
  { text: 'No saved credentials for profile "<p>". Run: openzca auth login', commands: ["auth login-cred"] },
  { text: 'Profile "<p>" does not exist. Create it with: account add <p>', commands: session },
  { text: "Credential file must include imei, cookie, and userAgent.", commands: session },
  { text: "Unexpected end of JSON input", commands: session },
  { text: "Đăng nhập thất bại", commands: session },
  { text: "The session key was improperly submitted or has reached its timeout.", commands: session },
  { text: "Khởi tạo ngữ cảnh thất bại.", commands: session },
  { text: "Failed to fetch login info: Bad Gateway", commands: session },
  { text: "Failed to fetch server info: Bad Gateway", commands: session },
  { text: "Cookie is not available", commands: session },
  { text: "Cannot get scan result", commands: ["auth login"] },
  { text: "Unable to generate QRCode", commands: ["auth login"] },
  { text: "Cannot get API login version", commands: ["auth login"] },
  { text: "Can't login", commands: ["auth login"] },
  { text: "Timed out waiting for QR image file: /srv/qr/qr.png", commands: ["auth login"] },
  { text: "Vượt quá số request cho phép", commands: session },
  { text: "Không thể nhận tin nhắn từ bạn.", commands: ["msg send"] },
  {
    text: "Tìm số điện thoại quá nhiều lần trong 1 giờ có thể bị xem là hoạt động bất thường. Bạn hãy thử lại vào 15:30",
    commands: ["friend find"],
  },
  // Zalo says it when a group is created, which no command of the simulator does.
  { text: "MAX_QUOTA_INVITE_STRANGER_PHONEID", commands: ["msg send"] },
  {
    text: "Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.",
    commands: ["msg send"],
  },
  { text: "Tham số không hợp lệ", commands: ["msg send", "group members"] },
  { text: "Group not found: 7044519283300761122", commands: ["group members"] },
  { text: "Missing threadId", commands: ["msg send"] },
  { text: "Missing message content", commands: ["msg send"] },
  { text: "fetch failed", commands: session },
  { text: "Request failed with status code 502", commands: session },
  { text: "Failed to parse response data", commands: ["msg send"] },
  { text: "Timed out waiting 8000ms for upload listener connection.", commands: ["msg upload"] },
  { text: "Upload listener closed before ready (code=1006)", commands: ["msg upload"] },
  { text: "Upload IPC connection closed before response.", commands: ["msg upload"] },
  { text: 'Another openzca listener already owns profile "<p>" (pid 4242).', commands: ["listen"] },
  {
    text: 'Active listener owner detected for profile "<p>" (pid 4242), but upload IPC is unavailable. Stop that listener first.',
    commands: ["msg upload"],
  },
  { text: "File not found: /srv/out/Báo cáo.pdf", commands: ["msg upload"] },
  { text: "File not found", commands: ["msg upload"] },
  { text: "Failed to download URL: https://photo.example/a.jpg (404)", commands: ["msg image"] },
  { text: "Cannot read image size: /srv/out/ảnh.jpg", commands: ["msg image"] },
  { text: 'File extension "exe" is not allowed', commands: ["msg upload"] },
  { text: "File Báo cáo.pdf size exceed maximum size of 100MB", commands: ["msg upload"] },
  { text: "Exceed maximum file of 50", commands: ["msg image"] },
];
