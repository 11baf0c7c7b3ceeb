/** What a message is besides text; URLs are fetched by the listener as the real one does. */
export type MediaDraft =
  | { readonly kind: "photo"; readonly thumb: string; readonly normal: string; readonly hd?: string }
  | { readonly kind: "gif" | "video"; readonly href: string; readonly thumb: string }
  | { readonly kind: "voice"; readonly href: string }
  | { readonly kind: "file"; readonly href: string; readonly name: string }
  | { readonly kind: "sticker"; readonly id: number }
  | { readonly kind: "link"; readonly href: string; readonly title: string; readonly thumb?: string }
  | {
      readonly kind: "card";
      readonly name: string;
      readonly avatar: string;
      readonly qr: string;
      readonly phone?: string;
    }
  | { readonly kind: "location"; readonly address?: string; readonly latitude: number; readonly longitude: number }
  | { readonly kind: "poll"; readonly title: string };

/** Type and content Zalo gives such a message. */
export function mediaContent(media: MediaDraft, caption: string): { msgType: string; content: unknown } {
  const base = { title: caption, description: "", childnumber: 0, action: "", type: "" };
  switch (media.kind) {
    case "photo": {
      const params = JSON.stringify(media.hd === undefined ? {} : { hd: media.hd });
      return { msgType: "chat.photo", content: { ...base, href: media.normal, thumb: media.thumb, params } };
    }
    case "gif":
      return { msgType: "chat.gif", content: { ...base, href: media.href, thumb: media.thumb } };
    case "video":
      return { msgType: "chat.video.msg", content: { ...base, href: media.href, thumb: media.thumb } };
    case "voice":
      return { msgType: "chat.voice", content: JSON.stringify({ ...base, href: media.href }) };
    case "file":
      return { msgType: "share.file", content: { ...base, title: media.name, href: media.href, thumb: "" } };
    case "sticker":
      return { msgType: "chat.sticker", content: { id: media.id, catId: 1, type: 7 } };
    case "link":
      return {
        msgType: "chat.recommended",
        content: { ...base, title: media.title, href: media.href, thumb: media.thumb ?? "" },
      };
    case "card": {
      const phone = media.phone === undefined ? {} : { phone: media.phone, caption: media.phone };
      const description = JSON.stringify({ ...phone, qrCodeUrl: media.qr });
      return {
        msgType: "chat.recommended",
        content: { ...base, title: media.name, description, thumb: media.avatar, href: "", action: "recommened.user" },
      };
    }
    case "location":
      return {
        msgType: "chat.location.new",
        content: {
          title: media.address ?? "",
          params: JSON.stringify({ latitude: media.latitude, longitude: media.longitude }),
        },
      };
    case "poll":
      return { msgType: "group.poll", content: { title: media.title } };
  }
}
